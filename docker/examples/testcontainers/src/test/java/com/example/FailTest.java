package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.authlete.common.api.AuthleteApiException;
import com.authlete.common.dto.BackchannelAuthenticationFailRequest;
import com.authlete.common.dto.BackchannelAuthenticationFailRequest.Reason;
import com.authlete.common.dto.BackchannelAuthenticationFailResponse;
import com.authlete.common.dto.BackchannelAuthenticationFailResponse.Action;
import org.junit.jupiter.api.Test;

class FailTest {
    private static final String TICKET = "/services/2884000001/tickets/mock-ticket-1";

    private final AuthleteMock mock = new AuthleteMock(); // JUnit makes an object per test, so a silo per test
    private final BackchannelAuthenticationFailRequest request = new BackchannelAuthenticationFailRequest()
            .setTicket("mock-ticket-1")
            .setReason(Reason.ACCESS_DENIED);

    @Test
    void theUserSaysNo() throws Exception {
        BackchannelAuthenticationFailResponse answer = mock.api().backchannelAuthenticationFail(request);

        assertEquals(Action.FORBIDDEN, answer.getAction());
        assertEquals("{\"error\":\"access_denied\"}", answer.getResponseContent());
        assertEquals(404, mock.control("GET", TICKET, "").statusCode());
        assertTrue(mock.control("GET", "/requests/count?resultCode=A185001", "").body().contains("\"count\":1"));
    }

    @Test
    void authleteIsDown() throws Exception {
        mock.control("POST", "/faults", "{\"operation\":\"*\",\"effect\":{\"status\":503}}");

        AuthleteApiException error = assertThrows(AuthleteApiException.class,
                () -> mock.api().backchannelAuthenticationFail(request));
        assertEquals(503, error.getStatusCode());
        assertEquals(200, mock.control("GET", TICKET, "").statusCode()); // nothing was done
    }
}
