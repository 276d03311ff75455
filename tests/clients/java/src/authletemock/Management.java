package authletemock;

import static authletemock.Main.check;
import static authletemock.Main.equal;

import java.net.URI;
import java.util.Map;
import java.util.stream.Stream;

import com.authlete.common.api.AuthleteApi;
import com.authlete.common.api.AuthleteApiException;
import com.authlete.common.conf.AuthleteSimpleConfiguration;
import com.authlete.common.dto.Client;
import com.authlete.common.dto.ClientListResponse;
import com.authlete.common.dto.ClientSecretRefreshResponse;
import com.authlete.common.dto.ClientSecretUpdateResponse;
import com.authlete.common.dto.Scope;
import com.authlete.common.dto.Service;
import com.authlete.common.dto.ServiceListResponse;
import com.authlete.common.types.ClientAuthMethod;
import com.authlete.common.types.ClientType;
import com.authlete.common.types.GrantType;

/** Services and clients from their making to their end. */
final class Management {
	private Management() {
	}

	static void add(Map<String, Main.Check> checks) {
		checks.put("service-life", Management::serviceLife);
		checks.put("service-documents", Management::serviceDocuments);
		checks.put("client-life", Management::clientLife);
		checks.put("client-secret", Management::clientSecret);
	}

	private static void serviceLife(Sdk sdk) {
		Service made = sdk.owner.createService(new Service().setServiceName("Shop=<1>")
			.setIssuer(URI.create("https://shop.example.com"))
			.setSupportedGrantTypes(new GrantType[] {GrantType.CIBA, GrantType.REFRESH_TOKEN})
			.setSupportedScopes(new Scope[] {new Scope().setName("buy").setDescription("Buy & sell.").setDefaultEntry(true)}));
		long id = made.getApiKey();
		check("an id", id > 0 && id != Sdk.SERVICE);
		equal("name", "Shop=<1>", made.getServiceName());

		Service got = sdk.owner.getService(id);
		equal("issuer", URI.create("https://shop.example.com"), got.getIssuer());
		equal("grant types", new GrantType[] {GrantType.CIBA, GrantType.REFRESH_TOKEN}, got.getSupportedGrantTypes());
		equal("scope", "Buy & sell.", got.getSupportedScopes()[0].getDescription());

		Service changed = sdk.owner.updateService(got.setServiceName("Shop 2").setAccessTokenDuration(77));
		equal("new name", "Shop 2", changed.getServiceName());
		got = sdk.owner.getService(id);
		equal("new duration", 77L, got.getAccessTokenDuration());
		equal("issuer still", URI.create("https://shop.example.com"), got.getIssuer());

		ServiceListResponse list = sdk.owner.getServiceList();
		equal("count", 2, list.getTotalCount());
		check("listed", Stream.of(list.getServices()).anyMatch(service -> service.getApiKey() == id));
		equal("a part of the list", 1, sdk.owner.getServiceList(0, 1).getServices().length);

		sdk.owner.deleteService(id);
		equal("count afterwards", 1, sdk.owner.getServiceList().getTotalCount());
	}

	private static void serviceDocuments(Sdk sdk) {
		Map<?, ?> configuration = Json.parse(sdk.api.getServiceConfiguration());
		equal("issuer", "https://as.example.com", configuration.get("issuer"));
		check("modes", String.valueOf(configuration.get("backchannel_token_delivery_modes_supported")).contains("ping"));
		check("pretty", sdk.api.getServiceConfiguration(true).contains("\n"));
		String keys = sdk.api.getServiceJwks();
		check("keys", keys.contains("\"mock-es256\""));
		check("no private key", !keys.contains("\"d\""));
		check("private keys on request", sdk.api.getServiceJwks(true, true).contains("\"d\""));
	}

	private static void clientLife(Sdk sdk) {
		Client made = sdk.api.createClient(new Client().setClientName("App=<1>").setDeveloper("dev & co")
			.setClientType(ClientType.CONFIDENTIAL).setTokenAuthMethod(ClientAuthMethod.CLIENT_SECRET_BASIC)
			.setGrantTypes(new GrantType[] {GrantType.AUTHORIZATION_CODE})
			.setRedirectUris(new String[] {"https://client.example.com/cb?a=b"}));
		long id = made.getClientId();
		check("an id and a secret", id > 0 && made.getClientSecret() != null);
		check("the number of its service", made.getServiceNumber() > 0);

		Client got = sdk.api.getClient(id);
		equal("name", "App=<1>", got.getClientName());
		equal("type", ClientType.CONFIDENTIAL, got.getClientType());
		equal("redirect URIs", new String[] {"https://client.example.com/cb?a=b"}, got.getRedirectUris());
		equal("secret", made.getClientSecret(), got.getClientSecret());

		Client changed = sdk.api.updateClient(got.setClientName("App 2").setDescription("It's new."));
		equal("new name", "App 2", changed.getClientName());
		got = sdk.api.getClient(String.valueOf(id));
		equal("description", "It's new.", got.getDescription());
		equal("developer still", "dev & co", got.getDeveloper());
		equal("secret still", made.getClientSecret(), got.getClientSecret());

		ClientListResponse list = sdk.api.getClientList("dev & co", 0, 100);
		if (sdk.version == Sdk.Version.V2) { // for 3.0, 4.33 of the SDK drops the developer
			equal("count of the developer's", 1, list.getTotalCount());
		}
		check("listed", Stream.of(list.getClients()).anyMatch(client -> client.getClientId() == id));
		equal("count of all", 10, sdk.api.getClientList(0, 3).getTotalCount());
		equal("a part of the list", 3, sdk.api.getClientList(0, 3).getClients().length);

		sdk.api.updateClientLockFlag(String.valueOf(id), true);
		check("locked", sdk.api.getClient(id).isLocked());
		AuthleteApi deleter = deleter(sdk);
		deleter.deleteClient(id);
		try {
			sdk.api.getClient(id);
			throw new AssertionError("it is still there");
		} catch (AuthleteApiException e) {
			equal("status", 404, e.getStatusCode());
		}
		deleter.deleteClient(id); // again: the SDK takes the 404 as done
	}

	/**
	 * For 2.x, 4.33 of the SDK sends the owner's credentials where a client is deleted, and keeps
	 * silent when they are refused. Who wants the client gone says that the service is the owner.
	 */
	private static AuthleteApi deleter(Sdk sdk) {
		if (sdk.version == Sdk.Version.V3) {
			return sdk.api;
		}
		AuthleteSimpleConfiguration configuration = sdk.configuration();
		return Sdk.create(configuration.setServiceOwnerApiKey(configuration.getServiceApiKey())
			.setServiceOwnerApiSecret(configuration.getServiceApiSecret()));
	}

	private static void clientSecret(Sdk sdk) {
		String old = "mock-client-secret-web";
		ClientSecretRefreshResponse refreshed = sdk.api.refreshClientSecret("mock-web");
		equal("old secret", old, refreshed.getOldClientSecret());
		check("a new one", refreshed.getNewClientSecret() != null && !refreshed.getNewClientSecret().equals(old));

		String wanted = "A-Secret_of-My_Own-2884";
		ClientSecretUpdateResponse set = sdk.api.updateClientSecret(2884100001L, wanted);
		equal("the one before", refreshed.getNewClientSecret(), set.getOldClientSecret());
		equal("the one asked for", wanted, set.getNewClientSecret());
		equal("kept", wanted, sdk.api.getClient(2884100001L).getClientSecret());
	}
}
