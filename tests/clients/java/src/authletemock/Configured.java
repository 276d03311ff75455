package authletemock;

import static authletemock.Main.equal;

import java.util.Map;

import com.authlete.common.api.AuthleteApi;
import com.authlete.common.api.AuthleteApiFactory;
import com.authlete.common.conf.AuthleteEnvConfiguration;
import com.authlete.common.dto.BackchannelAuthenticationFailRequest;
import com.authlete.common.dto.BackchannelAuthenticationFailResponse;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;

/** Other ways to set the SDK up. */
final class Configured {
	private Configured() {
	}

	static void add(Map<String, Main.Check> checks) {
		checks.put("environment", Configured::environment);
		checks.put("dpop", Configured::dpop);
	}

	private static void works(AuthleteApi api) {
		BackchannelAuthenticationFailResponse answer = api.backchannelAuthenticationFail(
			new BackchannelAuthenticationFailRequest().setTicket("mock-ticket-1"));
		equal("result code", "A185001", answer.getResultCode());
	}

	/** By nothing but the variables: no line of code knows the mock. */
	private static void environment(Sdk sdk) {
		AuthleteApi api = AuthleteApiFactory.create(new AuthleteEnvConfiguration());
		works(api);
		equal("service", Sdk.SERVICE, api.getService(Sdk.SERVICE).getApiKey());
	}

	private static void dpop(Sdk sdk) throws Exception {
		RSAKey key = new RSAKeyGenerator(2048).algorithm(JWSAlgorithm.RS256).generate();
		AuthleteApi api = Sdk.create(sdk.configuration().setDpopKey(key.toJSONString()));
		try {
			works(api);
		} catch (IllegalArgumentException e) {
			// 4.33 puts the key as it is into the proof's header, where its JOSE library wants no private one
			throw new Main.Skip("this SDK cannot make a proof: " + e.getMessage());
		}
	}
}
