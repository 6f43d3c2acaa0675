package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.process.posix.Posix;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateDirectoryTest {
  @TempDir Path base;

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  private static void chmod(Path path, String mode) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  @Test
  void open_missing_isMadeForUsAlone() throws Exception {
    PrivateDirectory made = PrivateDirectory.open(base.resolve("peregrine/blog"));
    assertThat(mode(made.path())).isEqualTo("rwx------");
    assertThat(mode(base.resolve("peregrine"))).isEqualTo("rwx--x--x");
    assertThat(mode(made.subdirectory("workers").path())).isEqualTo("rwx------");
  }

  @Test
  void open_readableByOthers_isClosed() throws Exception {
    Path directory = Files.createDirectory(base.resolve("d"));
    chmod(directory, "rwxr-xr-x");
    PrivateDirectory.open(directory);
    assertThat(mode(directory)).isEqualTo("rwx------");
  }

  @Test
  void open_afterPassageWasAdmitted_leavesThePassage() throws Exception {
    PrivateDirectory.open(base.resolve("d")).admitPassage();
    PrivateDirectory.open(base.resolve("d"));
    assertThat(mode(base.resolve("d"))).isEqualTo("rwx--x--x");
  }

  @Test
  void open_writableByOthers_isRefused() throws Exception {
    Path directory = Files.createDirectory(base.resolve("d"));
    chmod(directory, "rwxrwx---");
    assertThatThrownBy(() -> PrivateDirectory.open(directory))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("can be changed by others (expected mode 0700)");
  }

  @Test
  void open_symbolicLink_isRefusedAndItsTargetUntouched() throws Exception {
    Path target = Files.createDirectory(base.resolve("target"));
    chmod(target, "rwxr-xr-x");
    Path link = Files.createSymbolicLink(base.resolve("link"), target);
    assertThatThrownBy(() -> PrivateDirectory.open(link))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("is a symbolic link");
    assertThat(mode(target)).isEqualTo("rwxr-xr-x");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void open_danglingLink_makesNothingBehindIt() throws Exception {
    Path link = Files.createSymbolicLink(base.resolve("link"), base.resolve("elsewhere"));
    assertThatThrownBy(() -> PrivateDirectory.open(link)).isInstanceOf(FileSystemException.class);
    assertThat(base.resolve("elsewhere")).doesNotExist();
  }

  @Test
  void open_file_isRefused() throws Exception {
    Path file = Files.createFile(base.resolve("f"));
    assertThatThrownBy(() -> PrivateDirectory.open(file)).hasMessageContaining("is a file");
    assertThatThrownBy(() -> PrivateDirectory.open(file.resolve("d")))
        .hasMessageContaining("is a file");
  }

  @Test
  void open_belowAnOpenDirectory_isRefusedUnlessSticky() throws Exception {
    Path open = Files.createDirectory(base.resolve("open"));
    chmod(open, "rwxrwxrwx");
    assertThatThrownBy(() -> PrivateDirectory.open(open.resolve("d")))
        .hasMessageContaining("lets others replace what is in it");
    Files.setAttribute(open, "unix:mode", 01777);
    assertThat(PrivateDirectory.open(open.resolve("d")).path()).exists();
  }

  @Test
  void open_linkOfOursAbove_isFollowed() throws Exception {
    Path run = Files.createDirectory(base.resolve("run"));
    Path link = Files.createSymbolicLink(base.resolve("var-run"), run);
    PrivateDirectory.open(link.resolve("d"));
    assertThat(run.resolve("d")).isDirectory();
  }

  @Test
  void open_whereAStrangerOwnsSomething_isRefused() throws Exception {
    if (Posix.uid() != 0) {
      // Only root can make a stranger's directory; others find one that is root's.
      assertThatThrownBy(() -> PrivateDirectory.open(Path.of("/etc")))
          .hasMessageContaining("belongs to user id 0");
      return;
    }
    Path theirs = Files.createDirectory(base.resolve("theirs"));
    Files.setAttribute(theirs, "unix:uid", 65534);
    Path theirLink = Files.createSymbolicLink(base.resolve("their-link"), base);
    Files.setAttribute(theirLink, "unix:uid", 65534, LinkOption.NOFOLLOW_LINKS);
    assertThatThrownBy(() -> PrivateDirectory.open(theirs))
        .hasMessageContaining("belongs to user id 65534 (expected user id 0)");
    assertThatThrownBy(() -> PrivateDirectory.open(theirs.resolve("d")))
        .hasMessageContaining("belongs to user id 65534");
    assertThatThrownBy(() -> PrivateDirectory.open(theirLink.resolve("d")))
        .hasMessageContaining("belongs to user id 65534");
  }

  @Test
  void write_file_isOursAloneAndWhole() throws Exception {
    PrivateDirectory directory = PrivateDirectory.open(base.resolve("d"));
    directory.write("instance.json", "one".getBytes(UTF_8));
    directory.write("instance.json", "two".getBytes(UTF_8));
    Path file = directory.path().resolve("instance.json");
    assertThat(file).hasContent("two");
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(directory.path()).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void write_overALink_replacesTheLink() throws Exception {
    Path victim = Files.writeString(base.resolve("victim"), "precious");
    PrivateDirectory directory = PrivateDirectory.open(base.resolve("d"));
    Files.createSymbolicLink(directory.path().resolve("pid"), victim);
    directory.write("pid", "1".getBytes(UTF_8));
    assertThat(victim).hasContent("precious");
    assertThat(directory.path().resolve("pid")).hasContent("1");
  }

  @Test
  void write_nameWithSlash_isRefused() throws Exception {
    PrivateDirectory directory = PrivateDirectory.open(base.resolve("d"));
    assertThatThrownBy(() -> directory.write("../x", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void clear_withLinks_deletesThemNotTheirTargets() throws Exception {
    Path victim = Files.createDirectory(base.resolve("victim"));
    Files.writeString(victim.resolve("file"), "precious");
    PrivateDirectory directory = PrivateDirectory.open(base.resolve("d"));
    Files.createSymbolicLink(directory.path().resolve("link"), victim);
    Files.createDirectories(directory.path().resolve("a/b"));
    directory.clear();
    assertThat(directory.path()).isEmptyDirectory();
    assertThat(victim.resolve("file")).exists();
    directory.delete();
    assertThat(directory.path()).doesNotExist();
  }
}
