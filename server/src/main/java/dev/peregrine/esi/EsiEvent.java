package dev.peregrine.esi;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What an [EsiParser] has found. Parts are opened and closed in order, whatever the markup: `TRY`
/// holds `ATTEMPT` and `EXCEPT`, and those hold everything, `TRY` included.
public sealed interface EsiEvent {
  /// An element that decides between its contents.
  enum Part {
    /// `esi:try`.
    TRY,
    /// `esi:attempt`: what is wanted.
    ATTEMPT,
    /// `esi:except`: what takes its place when a fragment of it fails.
    EXCEPT
  }

  /// Bytes that go to the client as they are.
  ///
  /// @param bytes part of the input; valid until the call returns
  record Text(ByteBuffer bytes) implements EsiEvent {}

  /// `esi:include`: a fragment.
  ///
  /// @param src reference to it
  /// @param alt reference to what stands in for it
  /// @param isOptional whether nothing may stand in for it: `onerror="continue"`
  record Include(String src, @Nullable String alt, boolean isOptional) implements EsiEvent {}

  /// The content of a part begins.
  record Open(Part part) implements EsiEvent {}

  /// The content of a part has ended.
  record Close(Part part) implements EsiEvent {}

  /// Markup that is wrong; it has been left out, or passed on where it never ended.
  ///
  /// @param position offset of its first byte in the whole input
  /// @param what what was found and what was expected
  record Problem(long position, String what) implements EsiEvent {}
}
