package dev.peregrine.exchange;

import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.EntityTag;
import dev.peregrine.http.HttpDate;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One file as it was on disk a moment ago, with its precompressed siblings.
///
/// @param mediaType value of `Content-Type`
/// @param modifiedSeconds time of the last change, seconds since 1970
/// @param fieldLines what every response for it has, written once
/// @param variants the file itself first, then its siblings
record StaticFile(
    String mediaType, long modifiedSeconds, String fieldLines, List<Variant> variants) {
  StaticFile {
    variants = List.copyOf(variants);
  }

  /// Given whether the name changes with the content, so that the file may be kept for ever.
  static StaticFile of(
      String mediaType, boolean isFingerprinted, long modifiedSeconds, List<Variant> variants) {
    String lines =
        "Last-Modified: "
            + HttpDate.format(modifiedSeconds)
            + "\r\n"
            + (variants.size() > 1 ? "Vary: Accept-Encoding\r\n" : "")
            + (isFingerprinted ? "Cache-Control: public, max-age=31536000, immutable\r\n" : "");
    return new StaticFile(mediaType, modifiedSeconds, lines, variants);
  }

  /// The file under one content coding.
  ///
  /// @param coding how the file is coded
  /// @param path where it is, without symbolic links
  /// @param size bytes
  /// @param tag distinct for each coding
  /// @param content the bytes of a small file, shared and never written to; `null` for others
  record Variant(
      ContentCoding coding, Path path, long size, EntityTag tag, @Nullable ByteBuf content) {

    /// The file at a path without symbolic links, as it is on disk.
    static Variant of(
        ContentCoding coding,
        Path path,
        BasicFileAttributes attributes,
        @Nullable ByteBuf content) {
      return new Variant(coding, path, attributes.size(), tag(coding, attributes), content);
    }

    /// Whether the file on disk is the one described; blocks.
    boolean isUnchanged() {
      try {
        return tag.equals(tag(coding, attributes(path)));
      } catch (IOException _) {
        return false;
      }
    }

    static BasicFileAttributes attributes(Path path) throws IOException {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static EntityTag tag(ContentCoding coding, BasicFileAttributes attributes) {
      long nanos = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
      EntityTag plain = EntityTag.ofFile(attributes.size(), nanos);
      return coding == ContentCoding.IDENTITY
          ? plain
          : new EntityTag(false, plain.opaque() + "-" + coding.lowerCase());
    }
  }
}
