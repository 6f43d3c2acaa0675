package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Start-up scripts, shutdown scripts and the environment store.
class InitBootTest {
  private static final String STORE = "mkdir -p /etc/container_environment";

  @Test
  void scripts_atStart_runInByteOrderThenRcLocal() {
    Container.Plan plan =
        InitProgram.ours("", "echo main")
            .setup("mkdir -p /etc/my_init.d/directory; ln -s /nowhere /etc/my_init.d/05_dangling")
            .setup("echo 'echo plain' >/etc/my_init.d/07_plain")
            .program("/etc/rc.local", "#!/bin/sh\necho rc.local\n");
    for (String name : List.of("9_z", "30_x", "10_a", "20 b", ".hidden")) {
      plan.program("/etc/my_init.d/" + name, "#!/bin/sh\necho \"" + name + "\"\n");
    }
    Container.Ended ended = plan.run();

    assertThat(ended.output()).isEqualTo(".hidden\n10_a\n20 b\n30_x\n9_z\nrc.local\nmain\n");
    assertThat(ended.errors().lines()).hasSize(1).first().asString().contains("07_plain", "chmod");
  }

  @Test
  void list_asked_showsWhatWouldRunAndRunsNothing() {
    Container.Ended ended =
        InitProgram.ours("--list", "echo main")
            .program("/etc/my_init.d/10_a", "#!/bin/sh\ntouch /shared/ran\n")
            .program("/etc/my_init.post_shutdown.d/90_z", "#!/bin/sh\n")
            .run();

    assertThat(ended.code()).isZero();
    assertThat(ended.output())
        .containsSubsequence(
            "/etc/my_init.d/10_a", "echo main", "/etc/my_init.post_shutdown.d/90_z");
    assertThat(ended.errors()).isEmpty();
  }

  @Test
  void scripts_elsewhere_areFoundByOption() {
    Container.Ended ended =
        InitProgram.ours("--root /opt/etc", "echo main")
            .program("/etc/my_init.d/1", "#!/bin/sh\necho wrong\n")
            .program("/opt/etc/my_init.d/1", "#!/bin/sh\necho right\n")
            .program("/opt/etc/my_init.post_shutdown.d/1", "#!/bin/sh\necho post\n")
            .run();

    assertThat(ended.output()).isEqualTo("right\nmain\npost\n");
  }

  @Test
  void scripts_directoryOfMyInitsVariable_isUsed() {
    Container.Ended ended =
        Container.of("/run/my_init --quiet --skip-runit -- echo main")
            .setup("ln -s " + Container.PRODUCT + " /run/my_init")
            .before("export ENV_INIT_DIRECTORY=/opt/start;")
            .program("/opt/start/1", "#!/bin/sh\necho right\n")
            .run();

    assertThat(ended.output()).isEqualTo("right\nmain\n");
  }

  @Test
  void scripts_skipped_doNotRun() {
    Container.Ended ended =
        InitProgram.ours("--skip-startup-files", "echo main")
            .program("/etc/my_init.d/1", "#!/bin/sh\necho wrong\n")
            .run();

    assertThat(ended.output()).isEqualTo("main\n");
  }

  @Test
  void insecureKey_asked_isRefusedWithTheReason() {
    Container.Ended ended = InitProgram.ours("--enable-insecure-key", "echo main").run();

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.errors()).contains("SSH").doesNotContain("main");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit 0", "trap '' TERM; while :; do sleep 0.02; done"})
  void script_overItsTime_isEndedAndFails(String onTerm) {
    String script = "#!/bin/sh\ntrap '" + (onTerm.startsWith("exit") ? onTerm : "") + "' TERM\n";
    Container.Ended ended =
        InitProgram.ours("--script-time 0.5", "echo main")
            .program("/etc/my_init.d/10_slow", script + "while :; do sleep 0.02; done\n")
            .run();

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors()).contains("10_slow", "too_slow");
  }

  @Test
  void store_changedByScripts_isSeenByWhatFollows() {
    Container.Ended ended =
        InitProgram.ours("", "sh -c 'echo $KEPT $ADDED $EDITED ${REMOVED-none} $HOME'")
            .setup(
                STORE + "; cd /etc/container_environment; printf 'kept\\n' >KEPT; echo old >EDITED")
            .before("export REMOVED=yes HOME=/home/somebody EDITED=given;")
            .program(
                "/etc/my_init.d/1",
                "#!/bin/sh\ncd /etc/container_environment; echo added >ADDED; echo $EDITED-new >EDITED; rm REMOVED\n")
            .program(
                "/etc/my_init.d/2", "#!/bin/sh\ncat /etc/container_environment.sh >/shared/dump\n")
            .run();

    assertThat(ended.output()).isEqualTo("kept added given-new none /home/somebody\n");
  }

  @Test
  void store_ofAccount_isNotWritten() {
    Container.Ended ended =
        InitProgram.ours(
                "",
                "sh -c 'ls /etc/container_environment; grep HOME /etc/container_environment.json'")
            .setup(STORE)
            .before("export HOME=/root USER=root SHELL=/bin/sh OTHER=1;")
            .run();

    assertThat(ended.output()).isEqualTo("OTHER\nPATH\nPWD\n  \"HOME\": \"/root\",\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'', '600 root\n600 root\n'",
    "'groupadd -g 8377 docker_env', '640 docker_env\n640 docker_env\n'",
    "'cd /etc; touch container_environment.sh container_environment.json; chmod 664 container_environment.*; chgrp daemon container_environment.*', '660 daemon\n660 daemon\n'"
  })
  void store_dumps_areReadableByThoseWhoMay(String setup, String expected) {
    Container.Ended ended =
        InitProgram.ours(
                "",
                "sh -c 'cd /etc; stat -c \"%a %G\" container_environment.sh container_environment.json; stat -c %a container_environment container_environment/PATH'")
            .setup(STORE + "; chmod 755 /etc/container_environment")
            .setup(setup)
            .run();

    assertThat(ended.output()).isEqualTo(expected + "700\n600\n");
  }

  @Test
  void store_oddFiles_areSkippedAndNothingBreaks() {
    Container.Ended ended =
        InitProgram.ours("", "perl /run/main")
            .program(
                "/run/main",
                "print unpack('H*', $ENV{BYTES}), \" $ENV{LINKED} $ENV{'A.B'} $ENV{'A-B'}\";")
            .setup(
                STORE + "; cd /etc/container_environment; mkdir ..data directory; echo x >.hidden")
            .setup("printf 'a\\000b' >NUL; printf '\\377\\n\\n' >BYTES; echo 1 >A.B; echo 2 >A-B")
            .setup("echo linked >..data/LINKED; ln -s ..data/LINKED LINKED; cd /")
            .before("exec env 'W/X=1'")
            .run();

    assertThat(ended.code()).isZero();
    assertThat(ended.output()).isEqualTo("ff0a linked 1 2");
    assertThat(ended.errors()).contains("NUL", ".hidden", "directory").doesNotContain("..data");
  }

  @Test
  void store_namesThatNoShellHas_areLeftOutOfTheShellDump() {
    Container.Ended ended =
        InitProgram.ours(
                "",
                "sh -c 'grep -c \"A.B\" /etc/container_environment.json; cat /etc/container_environment.sh'")
            .setup(STORE + "; echo 1 >/etc/container_environment/A.B")
            .run();

    assertThat(ended.output()).startsWith("1\n").doesNotContain("A.B", "A_B");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "bash"})
  void store_shellDump_givesTheSameBytesBack(String shell) {
    Container.Ended ended =
        InitProgram.ours(
                "",
                shell
                    + " -c 'unset ODD; . /etc/container_environment.sh; printf %s \"$ODD\" | od -An -tx1 -v'")
            .setup(STORE)
            .setup(
                "printf \"a 'b' \\\"c\\\" \\\\\\\\ \\$HOME \\`id\\`\\n\\ttab \\303\\251 \\377\" >/etc/container_environment/ODD")
            .run();

    assertThat(ended.output())
        .isEqualToNormalizingWhitespace(
            "61 20 27 62 27 20 22 63 22 20 5c 20 24 48 4f 4d 45 20 60 69 64 60 0a 09 74 61 62 20 c3 a9 20 ff");
  }

  @Test
  void hooks_withoutServices_run() {
    Container.Ended ended =
        InitProgram.ours("--skip-services", "sh -c 'exit 3'")
            .program("/etc/my_init.pre_shutdown.d/1", "#!/bin/sh\necho pre\n")
            .program("/etc/my_init.post_shutdown.d/1", "#!/bin/sh\necho post\n")
            .run();

    assertThat(ended.code()).isEqualTo(3);
    assertThat(ended.output()).isEqualTo("pre\npost\n");
  }

  @Test
  void root_readOnlyWithoutTemporaryDirectory_worksButForTheStore() {
    Container.Ended ended =
        InitProgram.ours("", "sh -c 'echo main; touch /tmp/x 2>/dev/null || exit 4'")
            .setup(STORE + "; mkdir -p /etc/my_init.d")
            .program("/etc/my_init.d/1", "#!/bin/sh\necho script\n")
            .program("/etc/my_init.post_shutdown.d/1", "#!/bin/sh\necho post\n")
            .before("mount -o remount,ro /;")
            .run();

    assertThat(ended.code()).isEqualTo(4);
    assertThat(ended.output()).isEqualTo("script\nmain\npost\n");
    assertThat(ended.errors()).contains("environment.not_stored");
  }

  @Test
  void account_withoutRightsAndName_works() {
    Container.Ended ended =
        InitProgram.ours("", "sh -c 'id -u; exit 5'")
            .setup(STORE)
            .program("/etc/my_init.d/1", "#!/bin/sh\necho script\n")
            .before(
                "exec setpriv --reuid 4321 --regid 4321 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all")
            .run();

    assertThat(ended.code()).isEqualTo(5);
    assertThat(ended.output()).isEqualTo("script\n4321\n");
  }
}
