package authletemock;

import static authletemock.Main.check;
import static authletemock.Main.equal;

import java.util.List;
import java.util.Map;

import com.authlete.common.api.AuthleteApi;
import com.authlete.common.api.AuthleteApiException;
import com.authlete.common.conf.AuthleteSimpleConfiguration;
import com.authlete.common.dto.ApiResponse;
import com.authlete.common.dto.BackchannelAuthenticationFailRequest;
import com.authlete.common.dto.Client;
import com.authlete.common.dto.Service;
import com.authlete.common.util.Utils;

/** Refusals, as the users of the SDK read them: from an AuthleteApiException. */
final class Errors {
	private interface Call {
		void run();
	}

	private Errors() {
	}

	static void add(Map<String, Main.Check> checks) {
		checks.put("error-401", Errors::unauthorized);
		checks.put("error-403", Errors::forbidden);
		checks.put("error-400", Errors::badRequest);
		checks.put("error-404", Errors::notFound);
		checks.put("error-501", Errors::notImplemented);
	}

	/** The message of the refusal, whose status and code are these. */
	private static String refused(int status, String code, Call call) {
		try {
			call.run();
		} catch (AuthleteApiException e) {
			equal("status", status, e.getStatusCode());
			ApiResponse body = Utils.fromJson(e.getResponseBody(), ApiResponse.class);
			equal("result code", code, body.getResultCode());
			check("message: " + body.getResultMessage(), body.getResultMessage().startsWith("[" + code + "] "));
			check("a hint in the headers", headers(e, "X-Mock-Hint") != null);
			return body.getResultMessage();
		}
		throw new AssertionError("it was not refused");
	}

	private static List<String> headers(AuthleteApiException e, String name) {
		for (Map.Entry<String, List<String>> header : e.getResponseHeaders().entrySet()) {
			if (name.equalsIgnoreCase(header.getKey())) {
				return header.getValue();
			}
		}
		return null;
	}

	private static Call fail(AuthleteApi api) {
		return () -> api.backchannelAuthenticationFail(new BackchannelAuthenticationFailRequest().setTicket("mock-ticket-1"));
	}

	private static void unauthorized(Sdk sdk) throws Exception {
		AuthleteSimpleConfiguration configuration = sdk.configuration();
		if (sdk.version == Sdk.Version.V3) {
			refused(401, "A458101", fail(Sdk.create(configuration.setServiceAccessToken("nobody"))));
		} else {
			refused(401, "A003204", fail(Sdk.create(configuration.setServiceApiSecret("wrong"))));
			refused(401, "A003201", fail(Sdk.create(configuration.setServiceApiKey("1"))));
			AuthleteApi api = Sdk.create(sdk.configuration().setServiceOwnerApiSecret("wrong"));
			refused(401, "A002205", () -> api.createService(new Service().setServiceName("None")));
		}
		check("nothing was done", sdk.hasTicket("mock-ticket-1"));
	}

	/** A token of another service; in 2.x one that is no owner's. */
	private static void forbidden(Sdk sdk) throws Exception {
		if (sdk.version == Sdk.Version.V3) {
			long other = sdk.owner.createService(new Service().setServiceName("Other")).getApiKey();
			refused(403, "A457101", fail(Sdk.create(sdk.configuration().setServiceApiKey(String.valueOf(other)))));
			refused(403, "A457101", fail(Sdk.create(sdk.configuration().setServiceApiKey("12345"))));
		} else {
			AuthleteApi api = Sdk.create(sdk.configuration().setServiceOwnerAccessToken(Sdk.variable("AUTHLETE_SERVICE_ACCESSTOKEN")));
			refused(403, "A457101", () -> api.createService(new Service().setServiceName("None")));
		}
		check("nothing was done", sdk.hasTicket("mock-ticket-1"));
	}

	private static void badRequest(Sdk sdk) {
		String message = refused(400, "A031210",
			() -> sdk.api.createClient(new Client().setRedirectUris(new String[] {"https://client.example.com/cb#part"})));
		check("it names the member: " + message, message.contains("redirectUris"));
		equal("clients", 9, sdk.api.getClientList().getTotalCount());
	}

	private static void notFound(Sdk sdk) {
		refused(404, sdk.version == Sdk.Version.V3 ? "A001212" : "A027201", () -> sdk.api.getClient(1));
	}

	private static void notImplemented(Sdk sdk) {
		String message = refused(501, "M000102", () -> sdk.api.hskGetList());
		check("it names the operation: " + message, message.contains("hsk/get/list"));
	}
}
