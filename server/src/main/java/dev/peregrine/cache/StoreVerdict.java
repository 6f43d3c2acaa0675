package dev.peregrine.cache;

/// Whether a response may be stored.
public sealed interface StoreVerdict {
  /// Yes, once its content is whole.
  ///
  /// @param head what is stored of its head
  record Store(StoredHead head) implements StoreVerdict {}

  /// No.
  ///
  /// @param reason why
  record Refuse(RefusalReason reason) implements StoreVerdict {}
}
