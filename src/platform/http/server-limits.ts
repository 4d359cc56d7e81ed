import type { Server } from 'node:http';

/**
 * What a caller may take of a server of ours, the public and the management one alike. Nothing is left to Node's defaults:
 * they give a header a minute, a body five, and close idle connections sooner than a balancer does.
 *
 * There is no limit of requests a connection: a balancer's few connections carry everybody, and what it sends on one that
 * has just reached its limit would be answered 503.
 */
export const serverLimits = {
  /** A header must be complete after so many ms; so must the first one of a connection that says nothing at all. */
  headersTimeout: 10_000,
  /** A request must have arrived whole. */
  requestTimeout: 15_000,
  /** How often the two are looked at: a slow caller is gone after his limit and this. */
  connectionsCheckingInterval: 2000,
  /** Above the idle time of common load balancers: they must close idle connections before we do. */
  keepAliveTimeout: 75_000,
  maxHeaderSize: 16 * 1024,
  /** More than any balancer opens. One that only drips costs 10 KiB: all of them an eighth of a pod's memory. */
  maxConnections: 10_000,
};

/** The number of connections is not among the options that a server is made with. */
export function limitConnections(server: Server): void {
  server.maxConnections = serverLimits.maxConnections;
}

/** The limits that are in force, in words: read from the server and not from what was asked for. */
export function limitsOf(server: Server): string {
  const seconds = (ms: number): string => `${ms / 1000} s`;
  return [
    `header ${seconds(server.headersTimeout)} and ${serverLimits.maxHeaderSize / 1024} KiB`,
    `request ${seconds(server.requestTimeout)}`,
    `looked at every ${seconds(serverLimits.connectionsCheckingInterval)}`,
    `idle connection ${seconds(server.keepAliveTimeout)}`,
    `${server.maxConnections} connections`,
    `${server.maxRequestsPerSocket || 'any number of'} requests a connection`,
  ].join(', ');
}
