/* The calls of a CIBA journey under torture, each in the state that the calls before it have made:
 * tickets, issued tokens and consent change together or not at all. */
#include "check.h"

#include <stdio.h>

#include "journey.h"

static void prepare_request(const struct subject *s, bool warm)
{
	(void)s;
	begin(warm);
	snprintf(body, sizeof body, "%s", REQUEST("1"));
	forget(warm);
}

static void prepare_issue(const struct subject *s, bool warm)
{
	(void)s;
	begin(warm);
	opened(REQUEST("1"));
	forget(warm);
}

static void prepare_complete(const struct subject *s, bool warm)
{
	begin(warm);
	issued(s->done == is_pushed ? REQUEST("2") : REQUEST("1"));
	complete_body();
	forget(warm);
}

static void prepare_early_poll(const struct subject *s, bool warm)
{
	(void)s;
	begin(warm);
	issued(REQUEST("1"));
	poll_body();
	forget(warm);
}

static void prepare_refresh(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	snprintf(body, sizeof body,
		"{\"clientId\":\"1\"," SECRET
		",\"parameters\":\"grant_type=refresh_token&refresh_token=%s\"}",
		refresh_token);
	forget(warm);
}

static void prepare_revocation(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	snprintf(body, sizeof body, "{\"clientId\":\"1\"," SECRET ",\"parameters\":\"token=%s\"}",
		access_token);
}

static const struct tortured subjects[] = {
	{{"request", AUTHENTICATION, body, 200, false, no_row, one_row, NULL}, prepare_request},
	{{"issue", AUTHENTICATION "/issue", body, 200, false, is_open, is_issued, NULL},
		prepare_issue},
	{{"complete", AUTHENTICATION "/complete", body, 200, false, is_issued, is_authorized, NULL},
		prepare_complete},
	{{"complete push", AUTHENTICATION "/complete", body, 200, false, is_issued, is_pushed,
		 NULL},
		prepare_complete},
	{{"early poll", PATH "auth/token", body, 200, true, is_issued, is_issued, NULL},
		prepare_early_poll},
	{{"poll", PATH "auth/token", body, 200, false, is_authorized, has_tokens, NULL},
		prepare_poll},
	{{"refresh", PATH "auth/token", body, 200, false, still_same_tokens, other_tokens, NULL},
		prepare_refresh},
	{{"revocation", PATH "auth/revocation", body, 200, true, still_same_tokens, no_tokens,
		 NULL},
		prepare_revocation},
};

int main(void)
{
	return torture_journey(subjects, COUNT(subjects));
}
