package dev.peregrine.conformance;

/// An app on Express.
class ExpressTest extends FrameworkContract {
  @Override
  String app() {
    return "node/express";
  }

  @Override
  String greeting() {
    return "express";
  }
}
