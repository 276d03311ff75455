package authletemock;

import static authletemock.Main.check;
import static authletemock.Main.equal;

import java.net.URI;
import java.util.Map;

import com.authlete.common.dto.BackchannelAuthenticationFailRequest;
import com.authlete.common.dto.BackchannelAuthenticationFailRequest.Reason;
import com.authlete.common.dto.BackchannelAuthenticationFailResponse;
import com.authlete.common.dto.BackchannelAuthenticationFailResponse.Action;

/** backchannel/authentication/fail. */
final class Fail {
	private Fail() {
	}

	static void add(Map<String, Main.Check> checks) {
		checks.put("fail-reasons", Fail::reasons);
		checks.put("fail-defaults", Fail::defaults);
		checks.put("fail-text", Fail::text);
	}

	/** The built-in seed has nine tickets, and there are nine reasons. */
	private static void reasons(Sdk sdk) throws Exception {
		int number = 0;
		for (Reason reason : Reason.values()) {
			String ticket = "mock-ticket-" + ++number;
			check("the ticket is there before", sdk.hasTicket(ticket));
			BackchannelAuthenticationFailResponse answer = sdk.api.backchannelAuthenticationFail(
				new BackchannelAuthenticationFailRequest().setTicket(ticket).setReason(reason)
					.setErrorDescription("Not today.").setErrorUri(URI.create("https://as.example.com/e")));
			equal("result code", "A185001", answer.getResultCode());
			check("result message", answer.getResultMessage().startsWith("[A185001] "));
			equal("action of " + reason, action(reason), answer.getAction());
			equal("content of " + reason, "{\"error\":\"" + reason.name().toLowerCase()
				+ "\",\"error_description\":\"Not today.\",\"error_uri\":\"https://as.example.com/e\"}", answer.getResponseContent());
			check("the ticket is gone after", !sdk.hasTicket(ticket));
		}
		equal("reasons", 9, number);
	}

	private static Action action(Reason reason) {
		switch (reason) {
		case ACCESS_DENIED:
			return Action.FORBIDDEN;
		case SERVER_ERROR:
			return Action.INTERNAL_SERVER_ERROR;
		default:
			return Action.BAD_REQUEST;
		}
	}

	/** The SDK sends every member, and null for those that are not set. */
	private static void defaults(Sdk sdk) throws Exception {
		BackchannelAuthenticationFailResponse answer =
			sdk.api.backchannelAuthenticationFail(new BackchannelAuthenticationFailRequest());
		equal("result code", "A185001", answer.getResultCode());
		equal("action", Action.INTERNAL_SERVER_ERROR, answer.getAction());
		equal("content", "{\"error\":\"server_error\"}", answer.getResponseContent());
		check("no ticket was taken", sdk.hasTicket("mock-ticket-1"));
	}

	/** The SDK writes = & < > ' as \\u003d and so on. */
	private static void text(Sdk sdk) throws Exception {
		String description = "\"a=b&c\" <d> 'e' \\ \u00fc \u20ac \ud83d\ude00";
		BackchannelAuthenticationFailResponse answer = sdk.api.backchannelAuthenticationFail(
			new BackchannelAuthenticationFailRequest().setTicket("mock-ticket-1").setReason(Reason.ACCESS_DENIED)
				.setErrorDescription(description).setErrorUri(URI.create("https://as.example.com/e?a=b&c=%20d")));
		equal("action", Action.FORBIDDEN, answer.getAction());
		Map<?, ?> content = Json.parse(answer.getResponseContent());
		equal("description", description, content.get("error_description"));
		equal("URI", "https://as.example.com/e?a=b&c=%20d", content.get("error_uri"));
		check("the ticket is gone", !sdk.hasTicket("mock-ticket-1"));
	}
}
