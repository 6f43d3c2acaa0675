package dev.peregrine.exchange;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.github.luben.zstd.util.Native;
import dev.peregrine.http.ContentCoding;
import dev.peregrine.log.EventLog;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The libraries of native code that compress. The product has them as files, and its launcher says
/// where; run from jars, they are unpacked into a directory that is private, has a name nobody can
/// guess, and is gone once they are loaded. Touches the disk.
final class NativeCoders {
  private static final String BROTLI_PATH = "brotli4j.library.path";
  private static final String ZSTD_PATH = "ZstdNativePath";

  private interface Loading {
    void run() throws IOException;
  }

  private NativeCoders() {}

  /// Loads what can be loaded and gives all codings at hand; logs a line for each that is not.
  static synchronized List<ContentCoding> load(EventLog log) {
    List<ContentCoding> codings = new ArrayList<>(List.of(ContentCoding.GZIP));
    tryTo(NativeCoders::loadBrotli, ContentCoding.BR, codings, log);
    tryTo(NativeCoders::loadZstd, ContentCoding.ZSTD, codings, log);
    return codings;
  }

  private static void tryTo(
      Loading loading, ContentCoding coding, List<ContentCoding> codings, EventLog log) {
    try {
      loading.run();
      codings.add(coding);
    } catch (IOException | UncheckedIOException | LinkageError e) {
      log.warn("compression.unavailable", "coding", coding.lowerCase(), "error", e);
    }
  }

  private static void loadBrotli() throws IOException {
    boolean isX86 = System.getProperty("os.arch").equals("amd64");
    String machine = isX86 ? "linux-x86_64" : "linux-aarch64";
    with(BROTLI_PATH, "/lib/" + machine + "/libbrotli.so", Brotli4jLoader::ensureAvailability);
    new BrotliCoder(4, 17).end();
  }

  private static void loadZstd() throws IOException {
    String name = "libzstd-jni-" + com.github.luben.zstd.util.ZstdVersion.VERSION + ".so";
    with(ZSTD_PATH, "/linux/" + System.getProperty("os.arch") + "/" + name, Native::load);
    ZstdCoder.forStreams().end();
  }

  private static void with(String property, String resource, Runnable load) throws IOException {
    if (System.getProperty(property) != null) {
      load.run();
      return;
    }
    Path directory = Files.createTempDirectory("peregrine-native-");
    Path file = directory.resolve("library.so");
    try (InputStream in = Native.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource + " in the class path");
      }
      Files.copy(in, file);
      System.setProperty(property, file.toString());
      load.run();
    } finally {
      Files.deleteIfExists(file);
      Files.delete(directory);
    }
  }
}
