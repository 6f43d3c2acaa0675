'use strict';

const MISSING = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED']);
const RUNTIME = new Set(['ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNSUPPORTED_DIR_IMPORT', 'ERR_UNKNOWN_BUILTIN_MODULE']);

// Stands for an end that the app chose itself.
class Exit extends Error {}

// Returns the `error` message for an app that could not be started.
function errorMessage(thrown) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const stack = String(error.stack || error);
  return {
    type: 'error',
    category: category(error),
    summary: summary(error),
    details: stack,
    backtrace: stack.split('\n').filter((line) => /^\s+at /.test(line)).map((line) => line.trim()),
  };
}

function summary(error) {
  const line = String(error.message).split('\n')[0];
  return error instanceof Exit ? line : `${error.name}: ${line}`;
}

function category(error) {
  if (MISSING.has(error.code)) return 'missing_dependency';
  if (RUNTIME.has(error.code)) return 'runtime';
  return error instanceof SyntaxError ? 'syntax_error' : 'app_error';
}

module.exports = { Exit, errorMessage };
