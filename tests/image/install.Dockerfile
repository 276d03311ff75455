# `meson install` as anybody would, tried where neither a compiler nor our sources have ever been:
# a fresh Debian with the libraries that the program runs with. BUILD: the first stage of the image.
ARG BUILD
FROM $BUILD AS build
RUN meson setup /plain -Dtests=false && DESTDIR=/fresh meson install -C /plain

FROM debian:bookworm-slim
RUN apt-get update -qq && \
  apt-get install -y -qq --no-install-recommends libmicrohttpd12 libcjson1 libsqlite3-0 libssl3 && \
  rm -rf /var/lib/apt/lists/*
COPY --from=build /fresh/ /
