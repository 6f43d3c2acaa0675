package dev.peregrine.exchange;

import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.EntityTag;
import io.netty.buffer.ByteBuf;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One file as it was on disk a moment ago, with its precompressed siblings.
///
/// @param mediaType value of `Content-Type`
/// @param isFingerprinted whether the name changes with the content, so that it may be kept for
///   ever
/// @param modifiedSeconds time of the last change, seconds since 1970
/// @param variants the file itself first, then its siblings
record StaticFile(
    String mediaType, boolean isFingerprinted, long modifiedSeconds, List<Variant> variants) {
  StaticFile {
    variants = List.copyOf(variants);
  }

  boolean isInMemory() {
    return variants.stream().allMatch(variant -> variant.content() != null);
  }

  /// The file under one content coding.
  ///
  /// @param coding how the file is coded
  /// @param path where it is, without symbolic links
  /// @param size bytes
  /// @param tag distinct for each coding
  /// @param content the bytes of a small file, shared and never written to; `null` for others
  record Variant(
      ContentCoding coding, Path path, long size, EntityTag tag, @Nullable ByteBuf content) {}
}
