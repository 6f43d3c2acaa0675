package dev.peregrine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAccessTest {
  private static final int STRANGER = 65_533;

  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void open() throws IOException {
    root = temporary.toRealPath();
    mode(root, "rwxr-xr-x");
  }

  private static Path mode(Path path, String mode) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private Path file(String name, String mode) throws IOException {
    return mode(Files.writeString(root.resolve(name), "content"), mode);
  }

  private static FileAccess stranger() throws IOException {
    return FileAccess.as(STRANGER, List.of(STRANGER));
  }

  @Test
  void access_fileOpenToAll_isRead() throws IOException {
    try (FileChannel file = stranger().open(file("open", "rw-r--r--"))) {
      assertThat(file.size()).isEqualTo(7);
    }
  }

  @Test
  void access_fileOfAnotherAccount_isRefused() throws IOException {
    Path secret = file("secret", "rw-------");
    assertThatThrownBy(() -> stranger().open(secret)).isInstanceOf(IOException.class);
  }

  @Test
  void access_directoryOfAnotherAccount_isRefused() throws IOException {
    Path closed = Files.createDirectory(root.resolve("d"));
    Path inside = file("d/open", "rw-r--r--");
    mode(closed, "rwx------");
    assertThatThrownBy(() -> stranger().open(inside)).isInstanceOf(IOException.class);
  }

  @Test
  void access_fileOfItsGroup_goesByTheGroupsBits() throws IOException {
    Path file = file("group", "rw-r-----");
    int gid = (int) Files.getAttribute(file, "unix:gid");
    FileAccess.as(STRANGER, List.of(gid)).open(file).close();
    mode(file, "rw----r--");
    assertThatThrownBy(() -> FileAccess.as(STRANGER, List.of(gid)).open(file))
        .isInstanceOf(IOException.class);
  }

  @Test
  void access_linkPutInBetween_isNotFollowed() throws IOException {
    Files.createDirectory(root.resolve("real"));
    file("real/a", "rw-r--r--");
    Files.createSymbolicLink(root.resolve("link"), root.resolve("real"));
    assertThatThrownBy(() -> stranger().open(root.resolve("link/a")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void publicFiles_fileThatWorkersCannotRead_isLeftToTheApp() throws IOException {
    file("secret.txt", "rw-------");
    file("open.txt", "rw-r--r--");
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      PublicFiles files = new PublicFiles(root, stranger(), executor);
      assertThat(files.find("/secret.txt")).isEmpty();
      assertThat(files.find("/open.txt")).isPresent();
    }
  }
}
