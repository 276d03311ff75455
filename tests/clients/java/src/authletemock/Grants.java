package authletemock;

import static authletemock.Main.check;
import static authletemock.Main.equal;

import java.util.Map;

import com.authlete.common.api.AuthleteApiException;
import com.authlete.common.dto.AccessToken;
import com.authlete.common.dto.AuthorizedClientListResponse;
import com.authlete.common.dto.ClientAuthorizationGetListRequest;
import com.authlete.common.dto.ClientAuthorizationUpdateRequest;
import com.authlete.common.dto.GrantedScopesGetResponse;
import com.authlete.common.dto.IntrospectionRequest;
import com.authlete.common.dto.IntrospectionResponse;
import com.authlete.common.dto.Property;
import com.authlete.common.dto.TokenCreateRequest;
import com.authlete.common.dto.TokenCreateResponse;
import com.authlete.common.dto.TokenListResponse;
import com.authlete.common.dto.TokenRevokeRequest;
import com.authlete.common.dto.TokenUpdateRequest;
import com.authlete.common.dto.TokenUpdateResponse;
import com.authlete.common.types.GrantType;

/** What clients may ask for, what users have granted them, and the tokens that came of it. */
final class Grants {
	private static final long POLL = 2884100003L;
	private static final long MACHINE = 2884100007L;

	private Grants() {
	}

	static void add(Map<String, Main.Check> checks) {
		checks.put("requestable-scopes", Grants::requestableScopes);
		checks.put("granted-scopes", Grants::grantedScopes);
		checks.put("authorizations", Grants::authorizations);
		checks.put("token-management", Grants::tokens);
		checks.put("echo", Grants::echo);
	}

	private static void requestableScopes(Sdk sdk) {
		equal("none set", new String[0], sdk.api.getRequestableScopes(POLL));
		equal("set", new String[] {"openid"}, sdk.api.setRequestableScopes(POLL, new String[] {"openid"}));
		equal("kept", new String[] {"openid"}, sdk.api.getRequestableScopes(POLL));
		sdk.api.deleteRequestableScopes(POLL);
		equal("none any more", new String[0], sdk.api.getRequestableScopes(POLL));
	}

	private static void grantedScopes(Sdk sdk) throws Exception {
		Ciba.tokens(sdk);
		GrantedScopesGetResponse granted = sdk.api.getGrantedScopes(POLL, "john");
		equal("service", Sdk.SERVICE, granted.getServiceApiKey());
		equal("client", POLL, granted.getClientId());
		equal("subject", "john", granted.getSubject());
		equal("latest", new String[] {"openid", "read"}, granted.getLatestGrantedScopes());
		equal("merged", new String[] {"openid", "read"}, granted.getMergedGrantedScopes());
		check("when", Math.abs(granted.getModifiedAt() - System.currentTimeMillis()) < 60_000);
		sdk.api.deleteGrantedScopes(POLL, "john");
		granted = sdk.api.getGrantedScopes(POLL, "john");
		equal("nothing any more", null, granted.getLatestGrantedScopes());
	}

	private static void authorizations(Sdk sdk) throws Exception {
		String token = Ciba.tokens(sdk).getAccessToken();
		AuthorizedClientListResponse list =
			sdk.api.getClientAuthorizationList(new ClientAuthorizationGetListRequest("john", 0, 10));
		equal("count", 1, list.getTotalCount());
		equal("client", POLL, list.getClients()[0].getClientId());
		equal("subject", "john", list.getSubject());

		sdk.api.updateClientAuthorization(POLL, new ClientAuthorizationUpdateRequest("john", new String[] {"openid"}));
		equal("fewer scopes", new String[] {"openid"}, introspect(sdk, token).getScopes());

		sdk.api.deleteClientAuthorization(POLL, "john");
		equal("count afterwards", 0, sdk.api.getClientAuthorizationList(new ClientAuthorizationGetListRequest("john", 0, 10)).getTotalCount());
		equal("the token", IntrospectionResponse.Action.UNAUTHORIZED, introspect(sdk, token).getAction());
	}

	private static IntrospectionResponse introspect(Sdk sdk, String token) {
		return sdk.api.introspection(new IntrospectionRequest().setToken(token));
	}

	private static TokenCreateResponse create(Sdk sdk, TokenCreateRequest request) {
		TokenCreateResponse answer = sdk.api.tokenCreate(request);
		equal("action: " + answer.getResultMessage(), TokenCreateResponse.Action.OK, answer.getAction());
		return answer;
	}

	private static void tokens(Sdk sdk) {
		TokenCreateResponse machine = create(sdk, new TokenCreateRequest().setGrantType(GrantType.CLIENT_CREDENTIALS)
			.setClientId(MACHINE).setScopes(new String[] {"write"}).setProperties(new Property[] {new Property("k=1", "<v>", true)}));
		equal("type", "Bearer", machine.getTokenType());
		equal("expires in", 86400L, machine.getExpiresIn());
		equal("property", "<v>", introspect(sdk, machine.getAccessToken()).getProperties()[0].getValue());
		TokenCreateResponse user = create(sdk, new TokenCreateRequest().setGrantType(GrantType.CIBA)
			.setClientId(POLL).setSubject("jane").setScopes(new String[] {"read"}));

		TokenListResponse list = sdk.api.getTokenList();
		equal("count", 2, list.getTotalCount());
		list = sdk.api.getTokenList(String.valueOf(POLL), "jane");
		equal("count of jane's", 1, list.getTotalCount());
		AccessToken listed = list.getAccessTokens()[0];
		equal("scopes", new String[] {"read"}, listed.getScopes());
		equal("grant type", GrantType.CIBA, listed.getGrantType());

		long soon = System.currentTimeMillis() + 60_000;
		TokenUpdateResponse updated = sdk.api.tokenUpdate(new TokenUpdateRequest().setAccessToken(machine.getAccessToken())
			.setAccessTokenExpiresAt(soon).setScopes(new String[] {"read", "write"}));
		equal("updated", TokenUpdateResponse.Action.OK, updated.getAction());
		equal("new scopes", new String[] {"read", "write"}, introspect(sdk, machine.getAccessToken()).getScopes());
		check("a new end", Math.abs(introspect(sdk, machine.getAccessToken()).getExpiresAt() - soon) < 2000);

		equal("revoked", 1, sdk.api.tokenRevoke(new TokenRevokeRequest().setSubject("jane").setClientIdentifier(String.valueOf(POLL))).getCount());
		equal("jane's", IntrospectionResponse.Action.UNAUTHORIZED, introspect(sdk, user.getAccessToken()).getAction());
		sdk.api.tokenDelete(machine.getAccessToken());
		equal("the machine's", IntrospectionResponse.Action.UNAUTHORIZED, introspect(sdk, machine.getAccessToken()).getAction());
		equal("count afterwards", 0, sdk.api.getTokenList().getTotalCount());
		try {
			sdk.api.tokenDelete("nothing");
			throw new AssertionError("there is no such token");
		} catch (AuthleteApiException e) {
			equal("status", 404, e.getStatusCode());
		}
	}

	private static void echo(Sdk sdk) {
		Map<String, String> sent = Map.of("a", "b=c&d", "\u00fc", "<\u20ac>");
		equal("echo", sent, sdk.api.echo(sent));
	}
}
