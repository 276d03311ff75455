/* A CIBA journey to torture calls in: services and clients for it, the ways into each state, and
 * what each state is known by. */
#ifndef TORTURE_JOURNEY_H
#define TORTURE_JOURNEY_H

#include "torture.h"

#define PATH "/api/2884000001/"
#define AUTHENTICATION PATH "backchannel/authentication"
#define SECRET "\"clientSecret\":\"a-secret\""
#define REQUEST(id)                                                                                \
	"{\"clientId\":\"" id "\"," SECRET ",\"parameters\":\"scope=openid+read&login_hint=john"   \
	"&binding_message=W4&client_notification_token=t\"}"

#define NAME_MAX_SIZE 64

/* What the calls before have given; the body of the next. */
extern char ticket[NAME_MAX_SIZE], auth_req_id[NAME_MAX_SIZE];
extern char access_token[NAME_MAX_SIZE], refresh_token[NAME_MAX_SIZE];
extern char body[512];

/* ---- What is there now ---- */

bool no_row(void);
bool one_row(void);
bool is_open(void);
bool is_issued(void);
bool is_authorized(void);
bool is_pushed(void);
bool has_tokens(void);
bool still_same_tokens(void);
bool other_tokens(void);
bool scopes_as_asked(void);
bool scopes_changed(void);
bool no_tokens(void);
bool no_consent(void);
bool tokens_and_consent(void);

/* ---- The ways there: each renews the store first ---- */

void begin(bool warm);
/* What is kept of services and clients is read by the call, and the key set parsed, unless it is
 * warm. Where libcrypto lacks memory it may take a good key for a bad one, which jose_test.c knows
 * and these tests do not. */
void forget(bool warm);
void opened(const char *request); /* after begin: a ticket, named in body */
void issued(const char *request); /* likewise with its auth_req_id */
void complete_body(void);
void poll_body(void);
void prepare_poll(const struct subject *s, bool warm); /* authorized, with body for the poll */
void have_tokens(bool warm);

/* ---- The table of a test ---- */

struct tortured {
	struct subject call;
	void (*prepare)(const struct subject *s, bool warm);
};
/* Each of them in each kind of torture; gives what main returns. */
int torture_journey(const struct tortured *subjects, size_t n);

#endif
