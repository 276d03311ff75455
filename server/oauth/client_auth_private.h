/* What the families of client authentication share. */
#ifndef OAUTH_CLIENT_AUTH_PRIVATE_H
#define OAUTH_CLIENT_AUTH_PRIVATE_H

#include "oauth/client_auth.h"

/* One attempt to authenticate. */
struct attempt {
	const struct oauth *o;
	const struct client_auth_api *api;
	const struct params *params;
	const struct client_credentials *credentials;
	struct oauth_client *client;
	const char *method; /* "client_secret_basic" */
	struct refusal *why;
};

/* Refuses by the class in the code: whose fault it is (the third digit from the right). */
int attempt_refuse(const struct attempt *t, const char *code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The families. Each leaves *why alone when the client has proved what it is. */
int client_check_assertion(const struct attempt *t, bool by_secret);
int client_check_subject(const struct attempt *t);
int client_check_self_signed(const struct attempt *t);

#endif
