package authletemock;

import static authletemock.Main.check;
import static authletemock.Main.equal;

import java.net.URI;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;

import com.authlete.common.dto.BackchannelAuthenticationCompleteRequest;
import com.authlete.common.dto.BackchannelAuthenticationCompleteRequest.Result;
import com.authlete.common.dto.BackchannelAuthenticationCompleteResponse;
import com.authlete.common.dto.BackchannelAuthenticationIssueRequest;
import com.authlete.common.dto.BackchannelAuthenticationIssueResponse;
import com.authlete.common.dto.BackchannelAuthenticationRequest;
import com.authlete.common.dto.BackchannelAuthenticationResponse;
import com.authlete.common.dto.IntrospectionRequest;
import com.authlete.common.dto.IntrospectionResponse;
import com.authlete.common.dto.RevocationRequest;
import com.authlete.common.dto.RevocationResponse;
import com.authlete.common.dto.StandardIntrospectionRequest;
import com.authlete.common.dto.StandardIntrospectionResponse;
import com.authlete.common.dto.TokenRequest;
import com.authlete.common.dto.TokenResponse;
import com.authlete.common.types.DeliveryMode;
import com.authlete.common.types.UserIdentificationHintType;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

/** From a backchannel request to tokens, as an authorization server lives it. */
final class Ciba {
	private static final String GRANT = "urn:openid:params:grant-type:ciba";
	private static final String NOTIFICATION_TOKEN = "a.notification-token_~+/=";
	private static final URI ENDPOINT = URI.create("https://client.example.com/ciba");

	/** The three clients of the built-in seed. */
	private enum Mode {
		POLL("2884100003"), PING("2884100004"), PUSH("2884100005");

		final String clientId;
		final String secret = "mock-client-secret-ciba-" + name().toLowerCase();

		Mode(String clientId) {
			this.clientId = clientId;
		}
	}

	/** A request that was issued: the ticket for `complete`, the id for the client. */
	private static final class Begun {
		String ticket;
		String id;
	}

	private Ciba() {
	}

	static void add(Map<String, Main.Check> checks) {
		checks.put("ciba-poll", Ciba::poll);
		checks.put("ciba-ping", Ciba::ping);
		checks.put("ciba-push", Ciba::push);
		checks.put("ciba-denied", Ciba::denied);
		checks.put("ciba-refused", Ciba::refused);
		checks.put("token-use", Ciba::tokenUse);
	}

	private static Map<String, String[]> parameters(String... pairs) {
		Map<String, String[]> parameters = new HashMap<>();
		for (int i = 0; i < pairs.length; i += 2) {
			parameters.put(pairs[i], new String[] {pairs[i + 1]});
		}
		return parameters;
	}

	private static BackchannelAuthenticationResponse request(Sdk sdk, Mode mode, String secret) {
		Map<String, String[]> parameters = parameters("scope", "openid read", "login_hint", "john=\u00fc", "binding_message", "W4SCT");
		if (mode != Mode.POLL) {
			parameters.putAll(parameters("client_notification_token", NOTIFICATION_TOKEN));
		}
		if (mode == Mode.PUSH) {
			parameters.putAll(parameters("user_code", "1234"));
		}
		return sdk.api.backchannelAuthentication(new BackchannelAuthenticationRequest().setParameters(parameters)
			.setClientId(mode.clientId).setClientSecret(secret));
	}

	private static Begun begin(Sdk sdk, Mode mode) {
		BackchannelAuthenticationResponse answer = request(sdk, mode, mode.secret);
		equal("action", BackchannelAuthenticationResponse.Action.USER_IDENTIFICATION, answer.getAction());
		equal("client", Long.parseLong(mode.clientId), answer.getClientId());
		equal("mode", DeliveryMode.valueOf(mode.name()), answer.getDeliveryMode());
		equal("hint type", UserIdentificationHintType.LOGIN_HINT, answer.getHintType());
		equal("hint", "john=\u00fc", answer.getHint());
		equal("binding message", "W4SCT", answer.getBindingMessage());
		equal("scopes", 2, answer.getScopes().length);
		equal("first scope", "openid", answer.getScopes()[0].getName());
		equal("user code required", mode == Mode.PUSH, answer.isUserCodeRequired());
		equal("user code", mode == Mode.PUSH ? "1234" : null, answer.getUserCode());
		equal("notification token", mode == Mode.POLL ? null : NOTIFICATION_TOKEN, answer.getClientNotificationToken());

		Begun begun = new Begun();
		begun.ticket = answer.getTicket();
		BackchannelAuthenticationIssueResponse issued =
			sdk.api.backchannelAuthenticationIssue(new BackchannelAuthenticationIssueRequest().setTicket(begun.ticket));
		equal("issue", BackchannelAuthenticationIssueResponse.Action.OK, issued.getAction());
		begun.id = issued.getAuthReqId();
		Map<?, ?> content = Json.parse(issued.getResponseContent());
		equal("auth_req_id", begun.id, content.get("auth_req_id"));
		equal("expires in", 600, issued.getExpiresIn());
		equal("interval", 5, issued.getInterval());
		return begun;
	}

	private static BackchannelAuthenticationCompleteResponse complete(Sdk sdk, Begun begun, Result result) {
		return sdk.api.backchannelAuthenticationComplete(new BackchannelAuthenticationCompleteRequest()
			.setTicket(begun.ticket).setResult(result).setSubject("john").setErrorDescription("So it is."));
	}

	private static TokenResponse token(Sdk sdk, Mode mode, String... pairs) {
		return sdk.api.token(new TokenRequest().setParameters(parameters(pairs)).setClientId(mode.clientId).setClientSecret(mode.secret));
	}

	private static TokenResponse fetch(Sdk sdk, Mode mode, Begun begun) {
		return token(sdk, mode, "grant_type", GRANT, "auth_req_id", begun.id);
	}

	private static void refusedWith(TokenResponse answer, String error) {
		equal(error, TokenResponse.Action.BAD_REQUEST, answer.getAction());
		equal("error", error, Json.parse(answer.getResponseContent()).get("error"));
	}

	/** The tokens of a good answer, whose ID token is signed with a key of the service. */
	private static TokenResponse good(Sdk sdk, Mode mode, TokenResponse answer) throws Exception {
		equal("action", TokenResponse.Action.OK, answer.getAction());
		Map<?, ?> content = Json.parse(answer.getResponseContent());
		equal("access token", answer.getAccessToken(), content.get("access_token"));
		equal("refresh token", answer.getRefreshToken(), content.get("refresh_token"));
		equal("ID token", answer.getIdToken(), content.get("id_token"));
		equal("subject", "john", answer.getSubject());
		equal("client", Long.parseLong(mode.clientId), answer.getClientId());
		equal("duration", 86400L, answer.getAccessTokenDuration());
		verify(sdk, mode, answer.getIdToken());
		return answer;
	}

	private static JWTClaimsSet verify(Sdk sdk, Mode mode, String idToken) throws Exception {
		SignedJWT jwt = SignedJWT.parse(idToken);
		JWKSet keys = JWKSet.parse(sdk.api.getServiceJwks());
		check("a signature of the service", jwt.verify(
			new ECDSAVerifier(keys.getKeyByKeyId(jwt.getHeader().getKeyID()).toECKey())));
		JWTClaimsSet claims = jwt.getJWTClaimsSet();
		equal("sub", "john", claims.getSubject());
		equal("aud", mode.clientId, claims.getAudience().get(0));
		check("exp", claims.getExpirationTime().after(new Date()));
		return claims;
	}

	private static void poll(Sdk sdk) throws Exception {
		Begun begun = begin(sdk, Mode.POLL);
		refusedWith(fetch(sdk, Mode.POLL, begun), "authorization_pending");
		BackchannelAuthenticationCompleteResponse answer = complete(sdk, begun, Result.AUTHORIZED);
		equal("complete", BackchannelAuthenticationCompleteResponse.Action.NO_ACTION, answer.getAction());
		good(sdk, Mode.POLL, fetch(sdk, Mode.POLL, begun));
		refusedWith(fetch(sdk, Mode.POLL, begun), "invalid_grant");
	}

	private static BackchannelAuthenticationCompleteResponse notified(Sdk sdk, Begun begun, Result result) {
		BackchannelAuthenticationCompleteResponse answer = complete(sdk, begun, result);
		equal("complete", BackchannelAuthenticationCompleteResponse.Action.NOTIFICATION, answer.getAction());
		equal("endpoint", ENDPOINT, answer.getClientNotificationEndpoint());
		equal("notification token", NOTIFICATION_TOKEN, answer.getClientNotificationToken());
		equal("auth_req_id", begun.id, Json.parse(answer.getResponseContent()).get("auth_req_id"));
		return answer;
	}

	private static void ping(Sdk sdk) throws Exception {
		Begun begun = begin(sdk, Mode.PING);
		refusedWith(fetch(sdk, Mode.PING, begun), "authorization_pending");
		BackchannelAuthenticationCompleteResponse answer = notified(sdk, begun, Result.AUTHORIZED);
		equal("members of a ping", 1, Json.parse(answer.getResponseContent()).size());
		good(sdk, Mode.PING, fetch(sdk, Mode.PING, begun));
	}

	private static void push(Sdk sdk) throws Exception {
		Begun begun = begin(sdk, Mode.PUSH);
		refusedWith(fetch(sdk, Mode.PUSH, begun), "unauthorized_client");
		BackchannelAuthenticationCompleteResponse answer = notified(sdk, begun, Result.AUTHORIZED);
		Map<?, ?> content = Json.parse(answer.getResponseContent());
		equal("access token", answer.getAccessToken(), Json.text(content, "access_token"));
		equal("refresh token", answer.getRefreshToken(), Json.text(content, "refresh_token"));
		JWTClaimsSet claims = verify(sdk, Mode.PUSH, Json.text(content, "id_token"));
		equal("auth_req_id claim", begun.id, claims.getClaim("urn:openid:params:jwt:claim:auth_req_id"));
		check("at_hash", claims.getClaim("at_hash") != null);
	}

	private static void denied(Sdk sdk) {
		Begun begun = begin(sdk, Mode.POLL);
		equal("complete", BackchannelAuthenticationCompleteResponse.Action.NO_ACTION,
			complete(sdk, begun, Result.ACCESS_DENIED).getAction());
		TokenResponse answer = fetch(sdk, Mode.POLL, begun);
		refusedWith(answer, "access_denied");
		equal("description", "So it is.", Json.parse(answer.getResponseContent()).get("error_description"));

		Map<?, ?> pushed = Json.parse(notified(sdk, begin(sdk, Mode.PUSH), Result.ACCESS_DENIED).getResponseContent());
		equal("pushed error", "access_denied", pushed.get("error"));
	}

	private static void refused(Sdk sdk) {
		BackchannelAuthenticationResponse answer = request(sdk, Mode.POLL, "wrong");
		equal("a wrong secret", BackchannelAuthenticationResponse.Action.UNAUTHORIZED, answer.getAction());
		equal("no ticket", null, answer.getTicket());

		answer = sdk.api.backchannelAuthentication(new BackchannelAuthenticationRequest()
			.setParameters("scope=openid&login_hint=john").setClientId("1").setClientSecret("none"));
		equal("an unknown client", BackchannelAuthenticationResponse.Action.UNAUTHORIZED, answer.getAction());

		answer = sdk.api.backchannelAuthentication(new BackchannelAuthenticationRequest()
			.setParameters("scope=openid").setClientId(Mode.POLL.clientId).setClientSecret(Mode.POLL.secret));
		equal("nobody named", BackchannelAuthenticationResponse.Action.BAD_REQUEST, answer.getAction());
		equal("error", "invalid_request", Json.parse(answer.getResponseContent()).get("error"));

		equal("issue", BackchannelAuthenticationIssueResponse.Action.INVALID_TICKET,
			sdk.api.backchannelAuthenticationIssue(new BackchannelAuthenticationIssueRequest().setTicket("none")).getAction());
		Begun none = new Begun();
		none.ticket = "none";
		equal("complete", BackchannelAuthenticationCompleteResponse.Action.SERVER_ERROR,
			complete(sdk, none, Result.AUTHORIZED).getAction());
	}

	private static IntrospectionResponse introspect(Sdk sdk, String token) {
		return sdk.api.introspection(new IntrospectionRequest().setToken(token).setScopes(new String[] {"read"}));
	}

	private static Map<?, ?> introspectStandard(Sdk sdk, String token) {
		StandardIntrospectionResponse answer =
			sdk.api.standardIntrospection(new StandardIntrospectionRequest().setParameters("token=" + token));
		equal("action", StandardIntrospectionResponse.Action.OK, answer.getAction());
		return Json.parse(answer.getResponseContent());
	}

	private static void tokenUse(Sdk sdk) throws Exception {
		Begun begun = begin(sdk, Mode.POLL);
		complete(sdk, begun, Result.AUTHORIZED);
		TokenResponse first = good(sdk, Mode.POLL, fetch(sdk, Mode.POLL, begun));
		IntrospectionResponse answer = introspect(sdk, first.getAccessToken());
		equal("action", IntrospectionResponse.Action.OK, answer.getAction());
		equal("subject", "john", answer.getSubject());
		equal("client", Long.parseLong(Mode.POLL.clientId), answer.getClientId());
		equal("scopes", new String[] {"openid", "read"}, answer.getScopes());
		check("usable", answer.isExistent() && answer.isUsable() && answer.isSufficient() && answer.isRefreshable());
		equal("active", true, introspectStandard(sdk, first.getAccessToken()).get("active"));

		TokenResponse second = token(sdk, Mode.POLL, "grant_type", "refresh_token", "refresh_token", first.getRefreshToken());
		equal("refreshed", TokenResponse.Action.OK, second.getAction());
		check("a new token", !second.getAccessToken().equals(first.getAccessToken()));
		equal("the old one", IntrospectionResponse.Action.UNAUTHORIZED, introspect(sdk, first.getAccessToken()).getAction());

		RevocationResponse revoked = sdk.api.revocation(new RevocationRequest()
			.setParameters(parameters("token", second.getAccessToken())).setClientId(Mode.POLL.clientId).setClientSecret(Mode.POLL.secret));
		equal("revoked", RevocationResponse.Action.OK, revoked.getAction());
		equal("inactive", false, introspectStandard(sdk, second.getAccessToken()).get("active"));
		answer = introspect(sdk, "nothing");
		equal("unknown", IntrospectionResponse.Action.UNAUTHORIZED, answer.getAction());
		check("a challenge", answer.getResponseContent().startsWith("Bearer "));
	}
}
