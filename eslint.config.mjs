import js from "@eslint/js";

/** Names of the window that are more likely a forgotten variable: the type checker takes them for meant. */
const WINDOWS_OWN = ["close", "event", "external", "find", "length", "name", "open", "parent", "print", "self", "status", "stop", "top"];

export default [
  js.configs.recommended,
  {
    files: ["static/js/**/*.js", "tests/js/**/*.mjs", "eslint.config.mjs"],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-undef": "off", // The type checker knows what is defined where.
      "array-callback-return": "error",
      complexity: ["error", 10],
      eqeqeq: "error",
      "no-alert": "error",
      "no-console": "error",
      "no-constructor-return": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-restricted-globals": ["error", ...WINDOWS_OWN],
      "no-self-compare": "error",
      "no-shadow": "error",
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      "no-unreachable-loop": "error",
      "no-unused-expressions": "error",
      "no-unused-vars": ["error", { ignoreRestSiblings: true }], // { left, out, ...rest }
      "no-useless-assignment": "error",
      "no-var": "error",
      "prefer-const": "error",
      "prefer-promise-reject-errors": "error",
    },
  },
];
