package dev.peregrine.cache;

/// What a 304, or the answer to a HEAD, makes of a stored response. Source: RFC 9111 §4.3.4,
/// §4.3.5.
public sealed interface Freshening {
  /// It is current; this head takes the place of the stored one.
  ///
  /// @param head old fields with the new ones put in
  record Updated(StoredHead head) implements Freshening {}

  /// It is current and answers this request, but may not be stored any longer.
  ///
  /// @param head old fields with the new ones put in
  /// @param reason what the update says against storing
  record UpdatedOnce(StoredHead head, RefusalReason reason) implements Freshening {}

  /// The update is about something else: the stored response is out of date and is to be dropped,
  /// and a request that was made conditional is to be sent again without condition.
  record Mismatch() implements Freshening {}
}
