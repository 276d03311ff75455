/* Gives the scopes that a user has granted a client. */
#include <errno.h>

#include "http/issued.h"
#include "http/reply.h"
#include "http/subject.h"
#include "op.h"

OPERATION(client_granted_scopes_get)
{
	struct store_client client;
	struct store_consent consent = {0};
	struct str subject = call_subject(c);
	int r = client_of_path(c, NULL, &client);
	if (r < 0 || c->reply.status)
		return r;
	r = store_consent_get(
		c->silo->store, &c->arena, c->service_id, client.client_id, subject, &consent);
	if (r < 0 && r != -ENOENT)
		return r;
	bool known = r == 0;
	decided(c, "consent",
		known ? "the user has granted it scopes" : "none of the user for it is remembered");
	struct json_writer *w = answer_begin(c, NULL, known ? "A139002" : "A139001",
		known ? "Here are the scopes that the user has granted the client."
		      : "Nothing is remembered of this user and this client.");
	if (!w)
		return -ENOMEM;
	json_member_int(w, "serviceApiKey", c->service_id);
	json_member_int(w, "clientId", client.client_id);
	json_member_str(w, "subject", subject);
	issued_put_words(w, "latestGrantedScopes", consent.latest);
	issued_put_words(w, "mergedGrantedScopes", consent.merged);
	json_member_int(w, "modifiedAt", consent.modified_at);
	return answer_end(c);
}
