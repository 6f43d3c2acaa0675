#!/bin/sh
# Starts Peregrine from the directory that it is installed in; called by bin/peregrine, a small
# native program, which runs `init` by itself and blocks signals when it is process 1.
#
# PEREGRINE_JAVA_OPTIONS   further options of Peregrine's own virtual machine
# JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS   are meant for apps: they reach the workers, not Peregrine
set -eu

self=$0
while [ -h "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
home=$(cd "$(dirname "$self")/.." && pwd -P)

if [ -x "$home/runtime/bin/java" ]; then
  java=$home/runtime/bin/java
elif [ -x "${JAVA_HOME:-/nonexistent}/bin/java" ]; then
  java=$JAVA_HOME/bin/java
else
  echo "peregrine: no Java to run on: $home/runtime is missing and JAVA_HOME (${JAVA_HOME:-unset}) holds none." >&2
  echo "peregrine: unpack the archive again, or set JAVA_HOME to a JDK 25." >&2
  exit 1
fi

# The machine would read these by itself; the planner of the workers gives them their names back.
if [ -n "${JAVA_TOOL_OPTIONS+set}" ]; then
  export PEREGRINE_APP_JAVA_TOOL_OPTIONS="$JAVA_TOOL_OPTIONS"
  unset JAVA_TOOL_OPTIONS
fi
if [ -n "${JDK_JAVA_OPTIONS+set}" ]; then
  export PEREGRINE_APP_JDK_JAVA_OPTIONS="$JDK_JAVA_OPTIONS"
  unset JDK_JAVA_OPTIONS
fi
unset _JAVA_OPTIONS CLASSPATH

# The machine takes the coding of file names from the locale; apps keep theirs.
case ${LC_ALL:-${LC_CTYPE:-${LANG-}}} in
  *[Uu][Tt][Ff]8 | *[Uu][Tt][Ff]-8) ;;
  *)
    export PEREGRINE_APP_LC_ALL="${LC_ALL-}"
    export LC_ALL=C.UTF-8
    ;;
esac

main=dev.peregrine.cli.Main
case ${1-} in
  init)
    shift
    main='dev.peregrine.cli.InitMain peregrine'
    cache=$home/command.aot
    tuning='-Xms8m -Xmn4m -Xmx64m -XX:TieredStopAtLevel=1'
    ;;
  start)
    cache=$home/server.aot
    tuning='-Xms24m -Xmn16m -Xmx256m -XX:MaxDirectMemorySize=256m -XX:ReservedCodeCacheSize=48m'
    tuning="$tuning -XX:TrimNativeHeapInterval=5000"
    # Later compilation: on one core the compilers took a third of the time to the first answer.
    tuning="$tuning -XX:CompileThresholdScaling=4"
    if [ $$ = 1 ]; then
      # Process 1: signals are blocked already and stay so; the server reads them from a queue.
      tuning="$tuning -Xrs"
      export _JAVA_SR_SIGNUM=62
    fi
    ;;
  *)
    cache=$home/command.aot
    tuning='-Xms8m -Xmn4m -Xmx64m -XX:TieredStopAtLevel=1'
    ;;
esac

if [ -n "${PEREGRINE_AOT_OUTPUT-}" ]; then
  caching=-XX:AOTCacheOutput=$PEREGRINE_AOT_OUTPUT
  unset PEREGRINE_AOT_OUTPUT
elif [ -f "$cache" ]; then
  caching=-XX:AOTCache=$cache
else
  caching=-Xshare:auto
fi

colours=false
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  colours=true
fi

# shellcheck disable=SC2086 # options are words
exec "$java" \
  -XX:+UseSerialGC -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError -Xss512k $tuning \
  -Xlog:disable -Djdk.reflect.useNativeAccessorOnly=true "$caching" \
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dio.netty.leakDetection.level=disabled \
  -Dperegrine.trampoline="$home/native/libcall.so" \
  -Dbrotli4j.library.path="$home/native/libbrotli.so" -DZstdNativePath="$home/native/libzstd-jni.so" \
  -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 \
  -Dperegrine.home="$home" -Dperegrine.colours=$colours ${PEREGRINE_JAVA_OPTIONS-} \
  -cp "@CLASS_PATH@" $main "$@"
