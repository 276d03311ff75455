package authletemock;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import com.authlete.common.api.AuthleteApi;
import com.authlete.common.api.AuthleteApiFactory;
import com.authlete.common.conf.AuthleteSimpleConfiguration;

/**
 * The SDK as its users set it up, with a silo of the mock behind it: base URL and credentials, nothing
 * else. Beside it the control calls that a check needs.
 */
final class Sdk {
	enum Version {
		V2, V3
	}

	static final long SERVICE = Long.parseLong(variable("AUTHLETE_SERVICE_APIKEY"));

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	final Version version;
	/** Where this silo is: the base URL. */
	final String url;
	/** What a service may do. */
	final AuthleteApi api;
	/** What the owner, or since 3.0 the organization, may do: make and delete services. */
	final AuthleteApi owner;

	Sdk(Version version, String check) {
		this.version = version;
		url = variable("AUTHLETE_BASE_URL") + "/s/java-" + version + "-" + check;
		api = create(configuration());
		owner = version == Version.V2 ? api
			: create(configuration().setServiceAccessToken(variable("AUTHLETE_SERVICEOWNER_ACCESSTOKEN")));
	}

	static String variable(String name) {
		String value = System.getenv(name);
		if (value == null) {
			throw new IllegalStateException(name + " is not set");
		}
		return value;
	}

	static AuthleteApi create(AuthleteSimpleConfiguration configuration) {
		AuthleteApi api = AuthleteApiFactory.create(configuration);
		if (api == null) {
			throw new AssertionError("the factory makes nothing of this configuration");
		}
		return api;
	}

	/** The right one; a check of errors changes a member. */
	AuthleteSimpleConfiguration configuration() {
		AuthleteSimpleConfiguration configuration = new AuthleteSimpleConfiguration()
			.setBaseUrl(url).setApiVersion(version.name()).setServiceApiKey(String.valueOf(SERVICE));
		if (version == Version.V3) {
			return configuration.setServiceAccessToken(variable("AUTHLETE_SERVICE_ACCESSTOKEN"));
		}
		return configuration.setServiceApiSecret(variable("AUTHLETE_SERVICE_APISECRET"))
			.setServiceOwnerApiKey(variable("AUTHLETE_SERVICEOWNER_APIKEY"))
			.setServiceOwnerApiSecret(variable("AUTHLETE_SERVICEOWNER_APISECRET"));
	}

	/** Is this ticket of the built-in service there? */
	boolean hasTicket(String ticket) throws IOException, InterruptedException {
		URI uri = URI.create(url + "/__admin/services/" + SERVICE + "/tickets/" + ticket);
		return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
	}
}
