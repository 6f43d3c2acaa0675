package dev.peregrine.http;

/// Limits in size, in bytes unless said otherwise, of what a peer may send beside content.
///
/// @param startLine longest start line; a longer request line is answered 414
/// @param fieldSection longest header section; a longer one is answered 431
/// @param fieldCount most field lines of a section, a number
/// @param fieldLine longest single field line
/// @param cookie longest sum of the `Cookie` field values
/// @param chunkExtensions most bytes of chunk extensions of one content
/// @param trailerSection longest trailer section
public record HeadLimits(
    int startLine,
    int fieldSection,
    int fieldCount,
    int fieldLine,
    int cookie,
    int chunkExtensions,
    int trailerSection) {
  /// The limits in force when nothing is configured.
  public static final HeadLimits DEFAULT =
      new HeadLimits(8192, 32768, 100, 16384, 8192, 4096, 8192);
}
