package dev.peregrine.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An account a process can run as, out of `/etc/passwd` and `/etc/group`, read byte by byte: names
/// and paths are in no particular encoding.
///
/// @param user login name, or the number if the account has none
/// @param uid user id
/// @param gid primary group id
/// @param groups all group ids, the primary one included
/// @param home home directory
/// @param shell login shell
public record Credentials(
    RawString user, int uid, int gid, List<Integer> groups, RawString home, RawString shell) {
  private static final Path PASSWD = Path.of("/etc/passwd");
  private static final Path GROUP = Path.of("/etc/group");

  public Credentials {
    groups = List.copyOf(groups);
  }

  /// The account of a login name or of a number; empty if there is none of that name. A number
  /// without an account is one of no name, with the group of the same number.
  public static Optional<Credentials> ofUser(String user) throws IOException {
    return ofUser(RawString.of(user));
  }

  /// The same for a name that may be no UTF-8.
  public static Optional<Credentials> ofUser(RawString user) throws IOException {
    return find(lines(PASSWD), lines(GROUP), text(user));
  }

  /// The same account in one group only, named or numbered; empty if there is no such group.
  public Optional<Credentials> inGroup(RawString group) throws IOException {
    return groupId(lines(GROUP), text(group))
        .map(id -> new Credentials(user, uid, id, List.of(id), home, shell));
  }

  /// The account that owns a file. A symbolic link counts itself, not what it points to: else
  /// whoever may write into a directory could choose the account.
  public static Credentials ofOwner(Path file) throws IOException {
    int uid = (int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    int gid = (int) Files.getAttribute(file, "unix:gid", LinkOption.NOFOLLOW_LINKS);
    return find(lines(PASSWD), lines(GROUP), Integer.toUnsignedString(uid))
        .filter(account -> account.home.length() > 0)
        .orElseGet(() -> nameless(uid, gid));
  }

  /// Whether this is the superuser.
  public boolean isRoot() {
    return uid == 0;
  }

  /// The environment with `HOME`, `USER`, `LOGNAME` and `SHELL` of this account.
  public Environment applyTo(Environment environment) {
    return environment
        .with("HOME", home)
        .with("USER", user)
        .with("LOGNAME", user)
        .with("SHELL", shell);
  }

  static Optional<Credentials> find(List<String> passwd, List<String> group, String user) {
    boolean isNumber = isNumber(user);
    Optional<String[]> byName = row(passwd, 0, user);
    Optional<String[]> row = byName.isPresent() || !isNumber ? byName : row(passwd, 2, user);
    if (row.isEmpty()) {
      return isNumber ? number(user).map(uid -> nameless(uid, uid)) : Optional.empty();
    }
    String[] fields = row.get();
    Optional<Integer> uid = number(fields[2]);
    Optional<Integer> gid = number(fields[3]);
    if (uid.isEmpty() || gid.isEmpty()) {
      return Optional.empty();
    }
    String shell = fields[6].isEmpty() ? "/bin/sh" : fields[6];
    return Optional.of(
        new Credentials(
            raw(fields[0]),
            uid.get(),
            gid.get(),
            groups(group, fields[0], gid.get()),
            raw(fields[5]),
            raw(shell)));
  }

  static Optional<Integer> groupId(List<String> group, String wanted) {
    Optional<Integer> named =
        group.stream()
            .map(line -> line.split(":", -1))
            .filter(fields -> fields.length >= 3 && fields[0].equals(wanted))
            .findFirst()
            .flatMap(fields -> number(fields[2]));
    return named.isPresent() || !isNumber(wanted) ? named : number(wanted);
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static Credentials nameless(int uid, int gid) {
    return new Credentials(
        raw(Integer.toUnsignedString(uid)), uid, gid, List.of(gid), raw("/"), raw("/bin/sh"));
  }

  private static Optional<String[]> row(List<String> passwd, int column, String wanted) {
    return passwd.stream()
        .map(line -> line.split(":", -1))
        .filter(fields -> fields.length >= 7 && fields[column].equals(wanted))
        .findFirst();
  }

  private static List<Integer> groups(List<String> group, String user, int primary) {
    Set<Integer> ids = new LinkedHashSet<>();
    ids.add(primary);
    for (String line : group) {
      String[] fields = line.split(":", -1);
      if (fields.length >= 4 && Arrays.asList(fields[3].split(",", -1)).contains(user)) {
        number(fields[2]).ifPresent(ids::add);
      }
    }
    return new ArrayList<>(ids);
  }

  /// An id; the greatest one means "leave as it is" to the kernel, and is nobody's.
  private static Optional<Integer> number(String digits) {
    try {
      return Optional.of(Integer.parseUnsignedInt(digits)).filter(id -> id != -1);
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  /// The lines of a file, a byte a character; none if the system has no such file.
  private static List<String> lines(Path file) throws IOException {
    try {
      return List.of(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).split("\n"));
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  private static String text(RawString raw) {
    return new String(raw.bytes(), StandardCharsets.ISO_8859_1);
  }

  private static RawString raw(String text) {
    return RawString.of(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
