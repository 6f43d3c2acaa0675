package dev.peregrine.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExitStatusTest {
  @Test
  void ofWaitStatus_word_isReadAsWaitDoes() {
    assertThat(ExitStatus.ofWaitStatus(0x0300)).isEqualTo(new ExitStatus.Exited(3));
    assertThat(ExitStatus.ofWaitStatus(0x0009)).isEqualTo(new ExitStatus.Signalled(9, false));
    assertThat(ExitStatus.ofWaitStatus(0x008b)).isEqualTo(new ExitStatus.Signalled(11, true));
  }

  @Test
  void describe_status_isInWords() {
    assertThat(new ExitStatus.Exited(1).describe()).isEqualTo("exited with code 1");
    assertThat(new ExitStatus.Signalled(11, true).describe())
        .isEqualTo("killed by SIGSEGV (core dumped)");
    assertThat(new ExitStatus.Signalled(34, false).describe()).isEqualTo("killed by signal 34");
  }

  @Test
  void isSuccess_onlyForCodeZero() {
    assertThat(new ExitStatus.Exited(0).isSuccess()).isTrue();
    assertThat(new ExitStatus.Exited(1).isSuccess()).isFalse();
    assertThat(new ExitStatus.Signalled(15, false).isSuccess()).isFalse();
  }
}
