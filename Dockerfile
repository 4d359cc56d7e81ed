# syntax=docker/dockerfile:1

# One image, four ways to start it: everything, or one role (`api`, `worker`, `migrate`) as the last argument.
# A release pins the base by digest: --build-arg NODE_TAG=24-bookworm-slim@sha256:…
ARG NODE_TAG=24-bookworm-slim

FROM node:${NODE_TAG} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Install scripts of dependencies never run: neither the compiler nor the client generator needs one.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json nest-cli.json prisma.config.ts ./
COPY scripts scripts
COPY prisma prisma
COPY src src
RUN npm run build

FROM node:${NODE_TAG} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional packages are the embedded PostgreSQL and the Prisma command line: both belong to development.
RUN npm ci --omit=dev --omit=optional --ignore-scripts
# Types, source maps and the query compilers of other databases are never loaded: two thirds of the tree.
RUN find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
  && find node_modules/@prisma/client/runtime -type f -name 'query_compiler_*' ! -name '*_fast_bg.postgresql.*' -delete

FROM node:${NODE_TAG} AS runtime
LABEL org.opencontainers.image.title="botmaker-agent" \
  org.opencontainers.image.description="Answers the Botmaker conversations that a flow cannot"
# tini is process 1: it passes SIGTERM on and reaps children. Package managers have no business in production.
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* \
    /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
  && groupadd --gid 10001 app \
  && useradd --uid 10001 --gid app --home-dir /app --no-create-home --shell /usr/sbin/nologin app \
  && install -d -o app -g app -m 0700 /data
WORKDIR /app
# The files belong to root: the process can read its own code but not change it.
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY prisma/migrations prisma/migrations
COPY knowledge knowledge
# The rules of each line, when config/channels.yaml is there; or mount them over it.
COPY config config
COPY package.json ./
# Without `Object.prototype.__proto__` a name in somebody's JSON can't reach the objects of the program.
ENV NODE_ENV=production \
  NODE_OPTIONS=--disable-proto=delete \
  HOST=0.0.0.0 \
  PORT=3000 \
  MANAGEMENT_PORT=9464 \
  DATA_DIR=/data \
  KNOWLEDGE_DIR=/app/knowledge
USER 10001:10001
EXPOSE 3000 9464
# Alive means the event loop answers; it asks no database, so a database restart does not restart us.
HEALTHCHECK --interval=10s --timeout=3s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/health/live').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "dist/main.js"]
