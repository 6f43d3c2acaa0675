package dev.peregrine.exchange;

import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.MediaTypes;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.StaticPath;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The files below one root that win over the app. Event loops ask `glance`, which never touches
/// the disk; what it does not know, `find` looks up on another thread.
///
/// What is on disk is believed for a second: names of the root's entries, so that a request for the
/// app is told from one for a file without a look-up, and files that were asked for. A big file is
/// opened for each answer, and looked up again if it has changed.
final class PublicFiles {
  private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int SMALL_BYTES = 64 * 1024;
  private static final long MEMORY_BYTES = 16 << 20;
  private static final int MAX_ENTRIES = 4096;
  private static final List<ContentCoding> CODINGS = List.of(ContentCoding.BR, ContentCoding.GZIP);
  private static final Pattern FINGERPRINT =
      Pattern.compile("[-.](?:[0-9a-f]{8}|[0-9a-f]{20}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})\\.");

  private final Path root;
  private final FileAccess access;
  private final Executor executor;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicLong memory = new AtomicLong();
  private final AtomicBoolean isListing = new AtomicBoolean();
  private volatile Set<String> names;
  private volatile long listedNanos;

  PublicFiles(Path root, FileAccess access, Executor executor) {
    this.root = root;
    this.access = access;
    this.executor = executor;
    this.names = list(root);
    this.listedNanos = System.nanoTime();
  }

  /// What is known of the path of a request without asking the disk.
  Glance glance(RequestHead request, long nowNanos) {
    if (nowNanos - listedNanos > BELIEVED_NANOS && isListing.compareAndSet(false, true)) {
      executor.execute(this::listAgain);
    }
    if (names.isEmpty()) {
      return Glance.Absent.ABSENT;
    }
    String path = request.path();
    if (path.indexOf('%') < 0 && !isNamed(path)) {
      return Glance.Absent.ABSENT;
    }
    Entry entry = entries.get(path);
    if (entry == null || nowNanos - entry.readNanos > BELIEVED_NANOS) {
      return Glance.Unknown.UNKNOWN;
    }
    return entry.file == null ? Glance.Absent.ABSENT : new Glance.Present(entry.file);
  }

  /// Looks a path up; blocks. Empty if the app has to answer.
  Optional<StaticFile> find(String path) {
    StaticFile file = StaticPath.of(path).map(this::read).orElse(null);
    if (entries.size() >= MAX_ENTRIES || memory.get() > MEMORY_BYTES) {
      entries.clear();
      memory.set(0);
    }
    entries.put(path, new Entry(file, System.nanoTime()));
    return Optional.ofNullable(file);
  }

  private boolean isNamed(String path) {
    Set<String> known = names;
    int slash = path.indexOf('/', 1);
    String first = path.substring(Math.min(1, path.length()), slash < 0 ? path.length() : slash);
    if (first.isEmpty()) {
      return known.contains("index.html");
    }
    return known.contains(first) || (slash < 0 && known.contains(first + ".html"));
  }

  private void listAgain() {
    names = list(root);
    listedNanos = System.nanoTime();
    isListing.set(false);
  }

  private static Set<String> list(Path root) {
    Set<String> found = new HashSet<>();
    if (!Files.isDirectory(root)) {
      return found;
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(root)) {
      for (Path child : children) {
        found.add(String.valueOf(child.getFileName()));
      }
    } catch (IOException _) {
      // A root that cannot be read holds no file.
    }
    return found;
  }

  /// The file itself; else, as page caches write them, `PATH.html` or `PATH/index.html`.
  private @Nullable StaticFile read(StaticPath path) {
    String relative = path.relative();
    List<String> candidates =
        path.isDirectory()
            ? List.of(relative.isEmpty() ? "index.html" : relative + "/index.html")
            : List.of(relative, relative + ".html", relative + "/index.html");
    for (String candidate : candidates) {
      try {
        Path real = root.resolve(candidate).toRealPath();
        BasicFileAttributes attributes = StaticFile.Variant.attributes(real);
        if (real.startsWith(root.toRealPath()) && attributes.isRegularFile()) {
          return describe(real, candidate, attributes);
        }
      } catch (IOException | InvalidPathException _) {
        // Not there, or not to be read: the next candidate, and in the end the app.
      }
    }
    return null;
  }

  private StaticFile describe(Path real, String name, BasicFileAttributes attributes)
      throws IOException {
    List<StaticFile.Variant> variants = new ArrayList<>();
    variants.add(variant(ContentCoding.IDENTITY, real, attributes));
    for (ContentCoding coding : CODINGS) {
      String extension = coding == ContentCoding.GZIP ? ".gz" : "." + coding.lowerCase();
      Path sibling = real.resolveSibling(real.getFileName() + extension);
      // Asked first, since it costs no exception when there is none.
      if (Files.exists(sibling)) {
        BasicFileAttributes found = StaticFile.Variant.attributes(sibling);
        if (found.isRegularFile()) {
          variants.add(variant(coding, sibling, found));
        }
      }
    }
    return StaticFile.of(
        MediaTypes.of(name),
        FINGERPRINT.matcher(name).find(),
        attributes.lastModifiedTime().to(TimeUnit.SECONDS),
        variants);
  }

  private StaticFile.Variant variant(
      ContentCoding coding, Path path, BasicFileAttributes attributes) throws IOException {
    long size = attributes.size();
    ByteBuf content = null;
    if (size <= SMALL_BYTES) {
      content = load(path, (int) size);
      memory.addAndGet(size);
    }
    return StaticFile.Variant.of(coding, path, attributes, content);
  }

  private ByteBuf load(Path path, int size) throws IOException {
    try (FileChannel file = access.open(path)) {
      ByteBuffer content = ByteBuffer.allocateDirect(size);
      while (content.hasRemaining()) {
        if (file.read(content) < 0) {
          throw new IOException(path + " became shorter while it was read");
        }
      }
      return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(content.flip().asReadOnlyBuffer()));
    }
  }

  private record Entry(@Nullable StaticFile file, long readNanos) {}

  /// What is known of a path.
  sealed interface Glance {
    /// No file is there.
    enum Absent implements Glance {
      ABSENT
    }

    /// The disk has to be asked.
    enum Unknown implements Glance {
      UNKNOWN
    }

    /// The file.
    record Present(StaticFile file) implements Glance {}
  }
}
