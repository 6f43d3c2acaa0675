package dev.peregrine.exchange;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The account in whose name files are opened: the server's own, or the workers' where the server
/// has more rights than they. Blocks.
public final class FileAccess {
  private final @Nullable Account account;

  private FileAccess(@Nullable Account account) {
    this.account = account;
  }

  /// Whatever the server itself may read.
  public static FileAccess own() {
    return new FileAccess(null);
  }

  /// What an account may read by the mode bits, given the numbers of its user and groups.
  public static FileAccess as(int uid, List<Integer> gids) throws IOException {
    UserPrincipalLookupService accounts = FileSystems.getDefault().getUserPrincipalLookupService();
    Set<GroupPrincipal> groups = new HashSet<>();
    for (int gid : gids) {
      groups.add(accounts.lookupPrincipalByGroupName(Integer.toString(gid)));
    }
    return new FileAccess(
        new Account(accounts.lookupPrincipalByName(Integer.toString(uid)), Set.copyOf(groups)));
  }

  /// Opens a path that holds no symbolic link.
  FileChannel open(Path real) throws IOException {
    Account reader = account;
    if (reader == null) {
      return FileChannel.open(real, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }
    try (DirectoryStream<Path> root = Files.newDirectoryStream(Path.of("/"))) {
      return walk(reader, secure(root, real), real, 0);
    }
  }

  /// Goes down relative to open directories, so that nobody can put a link in between.
  private static FileChannel walk(
      Account reader, SecureDirectoryStream<Path> directory, Path real, int depth)
      throws IOException {
    Path name = real.getName(depth);
    PosixFileAttributes attributes =
        directory
            .getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes();
    boolean isLast = depth == real.getNameCount() - 1;
    if (!reader.may(attributes, isLast) || (isLast && !attributes.isRegularFile())) {
      throw new AccessDeniedException(real.toString());
    }
    if (isLast) {
      return (FileChannel)
          directory.newByteChannel(
              name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }
    try (DirectoryStream<Path> next =
        directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      return walk(reader, secure(next, real), real, depth + 1);
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> directory, Path real)
      throws IOException {
    if (directory instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new AccessDeniedException(real.toString());
  }

  private record Account(UserPrincipal user, Set<GroupPrincipal> groups) {
    boolean may(PosixFileAttributes file, boolean isRead) {
      Set<PosixFilePermission> mode = file.permissions();
      if (file.owner().equals(user)) {
        return mode.contains(
            isRead ? PosixFilePermission.OWNER_READ : PosixFilePermission.OWNER_EXECUTE);
      }
      if (groups.contains(file.group())) {
        return mode.contains(
            isRead ? PosixFilePermission.GROUP_READ : PosixFilePermission.GROUP_EXECUTE);
      }
      return mode.contains(
          isRead ? PosixFilePermission.OTHERS_READ : PosixFilePermission.OTHERS_EXECUTE);
    }
  }
}
