package dev.peregrine.config;

import dev.peregrine.exchange.CompressionConfig;
import java.util.List;

/// The options of compressed responses.
final class CompressionOptions {
  static final Option<Boolean> COMPRESSION =
      Option.of(
              Section.REQUESTS,
              "compression",
              new Texts.Switch(),
              "Whether responses of the app are compressed with `zstd`, `br` or `gzip`, as the client"
                  + " prefers. Only types that become smaller, never what the app has coded or marked"
                  + " `no-transform`. Compressed pages that hold a secret next to text from the"
                  + " address can leak it (BREACH); requests that other sites make with a user's"
                  + " cookies are therefore answered uncompressed.")
          .byDefault(true);

  static final Option<Long> COMPRESSION_MIN_SIZE =
      Option.of(
              Section.REQUESTS,
              "compression_min_size",
              new Numbers.Size(0, 1 << 30, 1),
              "Shortest content that is compressed; less fits in a packet or two as it is.")
          .byDefault(1024L);

  private CompressionOptions() {}

  static List<Option<?>> all() {
    return List.of(COMPRESSION, COMPRESSION_MIN_SIZE);
  }

  static CompressionConfig assemble(Values values) {
    return new CompressionConfig(values.of(COMPRESSION), values.of(COMPRESSION_MIN_SIZE));
  }
}
