package dev.peregrine.process;

import dev.peregrine.process.posix.Posix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A directory that only this server's account can enter, and that nobody else can swap for another
/// one.
///
/// It is a real directory of our own with mode 0700, and each directory above it belongs to root or
/// to us and lets nobody else rename what is in it. So no path in it can be made to lead elsewhere,
/// and none of its content is ever reached through a symbolic link.
public final class PrivateDirectory {
  private static final Set<StandardOpenOption> NEW_FILE =
      Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
  private static final String CLOSED = "rwx------";
  private static final String PASSABLE = "rwx--x--x";
  private static final int TYPE = 0170000;
  private static final int LINK = 0120000;
  private static final int DIRECTORY = 0040000;
  private static final int STICKY = 01000;
  private static final int READABLE_BY_OTHERS = 0044;
  private static final int WRITABLE_BY_GROUP = 0020;
  private static final int WRITABLE_BY_OTHERS = 0002;

  private final Path path;

  private PrivateDirectory(Path path) {
    this.path = path;
  }

  /// Opens the directory, making it with mode 0700 if it is missing; missing ones above it get
  /// 0711. The mode of one that is there is narrowed to 0700, except that a passage admitted
  /// earlier stays.
  ///
  /// @throws FileSystemException if something there is not safe; the message says what, what was
  ///   expected, and the remedy
  public static PrivateDirectory open(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw unsafe(absolute, "is the root directory", "a directory of our own", "choose another");
    }
    makeAndVerify(parent);
    verifyAncestors(parent.toRealPath());
    return own(absolute);
  }

  public Path path() {
    return path;
  }

  /// A directory in this one, made if it is missing, with the same guarantees.
  public PrivateDirectory subdirectory(String name) throws IOException {
    return own(path.resolve(plain(name)));
  }

  /// Hands the directory over to an account that workers run as; its mode stays 0700.
  public void giveTo(Credentials account) throws IOException {
    Files.setAttribute(path, "unix:gid", account.gid(), LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:uid", account.uid(), LinkOption.NOFOLLOW_LINKS);
  }

  /// Lets other accounts pass through to a subdirectory or socket whose name they know (mode 0711):
  /// for workers of another account.
  public void admitPassage() throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(PASSABLE));
  }

  /// Writes a file of mode 0600 in one step: readers see the old one or the new one.
  public void write(String name, byte[] content) throws IOException {
    Path target = path.resolve(plain(name));
    Path draft = path.resolve("." + name + ".new");
    Files.deleteIfExists(draft);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            draft,
            NEW_FILE,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    }
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Deletes everything in it; links are deleted, not followed.
  public void clear() throws IOException {
    Files.walkFileTree(path, new Deletion(path));
  }

  /// Deletes it with everything in it.
  public void delete() throws IOException {
    clear();
    Files.deleteIfExists(path);
  }

  private static String plain(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException("name '" + name + "' (expected a plain file name)");
    }
    return name;
  }

  /// Makes the directory if need be and checks that it is ours alone.
  private static PrivateDirectory own(Path directory) throws IOException {
    make(directory, CLOSED);
    Map<String, Object> attributes = attributes(directory);
    if (type(attributes) == LINK) {
      throw unsafe(
          directory, "is a symbolic link", "a directory", "remove it, or choose another directory");
    }
    if (type(attributes) != DIRECTORY) {
      throw unsafe(directory, "is a file", "a directory", "remove it, or choose another directory");
    }
    int owner = uid(attributes);
    if (owner != Posix.uid()) {
      throw unsafe(
          directory,
          "belongs to user id " + Integer.toUnsignedString(owner),
          "user id " + Integer.toUnsignedString(Posix.uid()),
          "remove it, or choose another directory");
    }
    if ((mode(attributes) & (WRITABLE_BY_GROUP | WRITABLE_BY_OTHERS)) != 0) {
      throw unsafe(
          directory, "can be changed by others", "mode 0700", "remove it and what is in it");
    }
    if ((mode(attributes) & READABLE_BY_OTHERS) != 0) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(CLOSED));
    }
    return new PrivateDirectory(directory);
  }

  private static void make(Path directory, String mode) throws IOException {
    try {
      Files.createDirectory(
          directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
    } catch (FileAlreadyExistsException _) {
      // The checks that follow decide.
    } catch (FileSystemException e) {
      throw unsafe(
          directory,
          "cannot be made: "
              + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason()),
          "a place to write to",
          "choose another directory");
    }
  }

  /// Goes down from the root: each directory is made if it is missing, and verified as it is named.
  private static void makeAndVerify(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent != null) {
      makeAndVerify(parent);
    }
    try {
      verifyAncestor(directory);
    } catch (NoSuchFileException _) {
      make(directory, PASSABLE);
      verifyAncestor(directory);
    }
  }

  private static void verifyAncestors(Path directory) throws IOException {
    for (Path each = directory; each != null; each = each.getParent()) {
      verifyAncestor(each);
    }
  }

  private static void verifyAncestor(Path directory) throws IOException {
    Map<String, Object> attributes = attributes(directory);
    int owner = uid(attributes);
    // Who owns the root directory can do everything anyway.
    boolean isTrusted =
        owner == 0 || owner == Posix.uid() || owner == uid(attributes(directory.getRoot()));
    if (!isTrusted) {
      throw unsafe(
          directory,
          "belongs to user id " + Integer.toUnsignedString(owner),
          "root or user id " + Integer.toUnsignedString(Posix.uid()),
          "choose a directory elsewhere");
    }
    if (type(attributes) == LINK) {
      return;
    }
    if (type(attributes) != DIRECTORY) {
      throw unsafe(directory, "is a file", "a directory", "choose a directory elsewhere");
    }
    int mode = mode(attributes);
    boolean isOwnGroup = gid(attributes) == owner; // a group with this one user
    boolean isOpenToGroup = (mode & WRITABLE_BY_GROUP) != 0 && !isOwnGroup;
    boolean isOpen = isOpenToGroup || (mode & WRITABLE_BY_OTHERS) != 0;
    if (isOpen && (mode & STICKY) == 0) {
      throw unsafe(
          directory,
          "lets others replace what is in it",
          "a directory without write permission for others, or with the sticky bit",
          "correct its mode, or choose a directory elsewhere");
    }
  }

  private static Map<String, Object> attributes(Path file) throws IOException {
    return Files.readAttributes(file, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
  }

  private static int mode(Map<String, Object> attributes) {
    return number(attributes, "mode") & 07777;
  }

  private static int type(Map<String, Object> attributes) {
    return number(attributes, "mode") & TYPE;
  }

  private static int uid(Map<String, Object> attributes) {
    return number(attributes, "uid");
  }

  private static int gid(Map<String, Object> attributes) {
    return number(attributes, "gid");
  }

  private static int number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Integer number ? number : -1;
  }

  private static FileSystemException unsafe(
      Path file, String found, String expected, String remedy) {
    return new FileSystemException(
        file.toString(), null, found + " (expected " + expected + "); " + remedy);
  }

  /// Deletes what is below a directory.
  private static final class Deletion extends SimpleFileVisitor<Path> {
    private final Path top;

    Deletion(Path top) {
      this.top = top;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException fault)
        throws IOException {
      if (fault != null) {
        throw fault;
      }
      if (!directory.equals(top)) {
        Files.deleteIfExists(directory);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
