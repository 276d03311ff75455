/* A service comes into being: by service/create, and by the IdP. */
#ifndef ENTITY_MAKE_SERVICE_H
#define ENTITY_MAKE_SERVICE_H

#include "entity/service.h"
#include "http/call.h"

/* What a service that does not exist is called in the refusal of an operation: on 2.x paths, where
 * the owner calls, by the code; on others its tokens are dead. 0 or -ENOMEM. */
int service_refuse_unknown(struct call *c, const char *v2_code);
/* Holds the body against the rules across members: c->reply refuses, or nothing happens. */
int service_check_body(struct call *c, const struct cJSON *in);
/* The whole service, with that status. */
int service_answer(struct call *c, int status, const struct store_service *service);
/* Makes a service of these members, with an id and secret that are drawn, and answers with it. in
 * has passed both checks; it is changed. 0 or a negative error of the store. */
int service_make(struct call *c, int status, struct cJSON *in);

#endif
