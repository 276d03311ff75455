/* What the record of an issued token keeps in its details, by the names of the API's own members
 * where it has them. */
#ifndef OAUTH_DETAILS_H
#define OAUTH_DETAILS_H

#define DETAIL_PROPERTIES "properties" /* [{"key","value","hidden"}] */
#define DETAIL_RESOURCES "resources"   /* of the authorization */
#define DETAIL_ACCESS_RESOURCES "accessTokenResources"
#define DETAIL_AUTHORIZATION "authorizationDetails" /* {"elements":[…]} */
#define DETAIL_ACR "acr"
#define DETAIL_AUTH_TIME "authTime" /* seconds */
#define DETAIL_CONSENTED_CLAIMS "consentedClaims"
#define DETAIL_CERTIFICATE "certificateThumbprint"
#define DETAIL_DPOP "dpopKeyThumbprint"
#define DETAIL_ALIAS_USED "clientIdAliasUsed"
#define DETAIL_EXTERNAL "forExternalAttachment"
#define DETAIL_SESSION "sessionId"
#define DETAIL_GRANT_ID "grantId"

#endif
