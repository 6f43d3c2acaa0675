package dev.peregrine.conformance;

/// An app on Fastify.
class FastifyTest extends FrameworkContract {
  @Override
  String app() {
    return "node/fastify";
  }

  @Override
  String greeting() {
    return "fastify";
  }
}
