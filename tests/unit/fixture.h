/* A server without a process or a socket: the built-in seed (or another) in memory, and requests
 * that run through call_head and call_run as http.c would have them. Also for torture and fuzzing,
 * so it knows nothing of cmocka: what must not fail ends the program. */
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H

#include "http/call.h"
#include "seed.h"

#define SERVICE_ID ((int64_t)2884000001)
#define FAIL_PATH "/api/2884000001/backchannel/authentication/fail"
#define FAIL_PATH_V2 "/api/backchannel/authentication/fail"
#define TICKETS_PATH "/__admin/services/2884000001/tickets"
#define BEARER "Bearer mock-service-token"

struct fixture {
	struct server server;
	struct call *call; /* of the last request, until the next */
};

/* Where seed_json is NULL the seed is the built-in one. */
void fixture_open(struct fixture *f, const char *seed_json, enum config_mode mode);
void fixture_close(struct fixture *f);
/* A fresh store with the seed in it, nothing prepared, in place of the one before. */
void fixture_renew(struct fixture *f);

struct request {
	const char *method; /* NULL: POST */
	const char *target;
	const char *authorization; /* NULL: none */
	const char *content_type;  /* NULL: none */
	const char *content_length;
	const char *body;
	size_t body_n;           /* 0: body is a C text */
	unsigned authorizations; /* 0: as many as there are, 0 or 1 */
};

/* One after the other: what is left of the last request goes; memory and the head's fields come;
 * the call runs. Torture wants only the last of the three to fail. */
void fixture_end(struct fixture *f);
void fixture_begin(struct fixture *f, const struct request *request);
void fixture_finish(struct fixture *f, const struct request *request);
/* All three. The reply lives until the next request or fixture_close. */
const struct reply *fixture_run(struct fixture *f, const struct request *request);
/* POST of JSON with the service's token. */
const struct reply *fixture_post(struct fixture *f, const char *target, const char *body);

/* The service's tickets. */
bool fixture_has_ticket(struct fixture *f, int64_t service_id, const char *name);
int64_t fixture_count_tickets(struct fixture *f, int64_t service_id);

/* Between the two everything written to stderr goes to text, NUL-terminated. */
void capture_begin(void);
const char *capture_end(void);

#endif
