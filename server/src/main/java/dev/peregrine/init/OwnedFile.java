package dev.peregrine.init;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/// Files that appear whole or not at all, and that only those can read who may.
final class OwnedFile {
  private static final String READERS = "docker_env";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private OwnedFile() {}

  /// Writes a file beside and puts it in the place of another.
  static void replace(Path file, byte[] content, Set<PosixFilePermission> mode) throws IOException {
    Path fresh = write(file, content);
    Files.setPosixFilePermissions(fresh, mode);
    move(fresh, file);
  }

  /// The same for a dump: owner and mode stay those of the dump that was there, but that others
  /// than owner and group have no part in it; a first one is readable by the group made for it, if
  /// there is one.
  static void replaceDump(Path file, byte[] content) throws IOException {
    Path fresh = write(file, content);
    try {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        takeOver(fresh, file);
      } else {
        giveToReaders(fresh);
      }
    } catch (IOException | UnsupportedOperationException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
    move(fresh, file);
  }

  private static Path write(Path file, byte[] content) throws IOException {
    Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
    return fresh;
  }

  private static void takeOver(Path fresh, Path old) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(old, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    PosixFileAttributeView view = view(fresh);
    if (!attributes.owner().equals(view.readAttributes().owner())) {
      view.setOwner(attributes.owner());
    }
    if (!attributes.group().equals(view.readAttributes().group())) {
      view.setGroup(attributes.group());
    }
    Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
    mode.addAll(attributes.permissions());
    mode.remove(PosixFilePermission.OTHERS_READ);
    mode.remove(PosixFilePermission.OTHERS_WRITE);
    mode.remove(PosixFilePermission.OTHERS_EXECUTE);
    view.setPermissions(mode);
  }

  private static void giveToReaders(Path fresh) throws IOException {
    try {
      GroupPrincipal readers =
          fresh.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(READERS);
      view(fresh).setGroup(readers);
      view(fresh).setPermissions(PosixFilePermissions.fromString("rw-r-----"));
    } catch (IOException _) {
      // No such group, or not ours to give: for the owner alone.
    }
  }

  private static PosixFileAttributeView view(Path file) {
    return Files.getFileAttributeView(
        file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static void move(Path fresh, Path file) throws IOException {
    try {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
  }
}
