package dev.peregrine.listen;

/// Who answers requests.
public interface RequestHandler {
  /// Takes one request, on the event loop of its connection; must not block.
  void handle(ClientStream stream);
}
