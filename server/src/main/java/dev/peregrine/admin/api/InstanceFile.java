package dev.peregrine.admin.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// `instance.json` of an instance directory: who serves here.
///
/// @param name name of the instance
/// @param pid process id of the server
/// @param version version of Peregrine
/// @param appRoot directory of the app
/// @param listeners addresses at which it can be reached
/// @param startedAt when it started
public record InstanceFile(
    String name,
    long pid,
    String version,
    String appRoot,
    List<String> listeners,
    Instant startedAt) {
  /// Name of the file in the instance directory.
  public static final String FILE_NAME = "instance.json";

  private static final int MAX_BYTES = 64 << 10;

  public InstanceFile {
    listeners = List.copyOf(listeners);
  }

  /// Writes the file, mode 0600, in one step, so that no reader sees half of it.
  public void write(Path directory) throws IOException {
    Path fresh = directory.resolve("." + FILE_NAME + "." + pid);
    Files.deleteIfExists(fresh);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(ByteBuffer.wrap(json()));
    }
    Files.move(
        fresh,
        directory.resolve(FILE_NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /// What [#read] reads. Each start waits for this, and the mapper of [Json] is slow at first.
  private byte[] json() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json =
        new JsonFactory().createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty("name", name);
      json.writeNumberProperty("pid", pid);
      json.writeStringProperty("version", version);
      json.writeStringProperty("app_root", appRoot);
      json.writeArrayPropertyStart("listeners");
      for (String listener : listeners) {
        json.writeString(listener);
      }
      json.writeEndArray();
      json.writeStringProperty("started_at", startedAt.toString());
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /// Reads the file of a directory; empty if there is none or it cannot be understood. A symbolic
  /// link is not followed.
  public static Optional<InstanceFile> read(Path directory) throws IOException {
    try (var stream =
        Files.newInputStream(directory.resolve(FILE_NAME), LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = stream.readNBytes(MAX_BYTES);
      return Optional.of(Json.lenient().readValue(bytes, InstanceFile.class));
    } catch (NoSuchFileException | JacksonException _) {
      return Optional.empty();
    }
  }
}
