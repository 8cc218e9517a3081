//! Formats a request as a shell command.

use super::request::{JSON, Request};
use super::secret::{ACCESS_TOKEN_VARIABLE, API_KEY_VARIABLE};

impl Request {
    /// Formats the request as a command for a POSIX shell and curl 7.55 (2017) or later. The command takes the key and
    /// the token, if one is needed, from [`API_KEY_VARIABLE`] and [`ACCESS_TOKEN_VARIABLE`] when it runs. It ends in a
    /// line break, which is part of it.
    ///
    /// The body is one argument, of which Linux allows 128 KiB; a message renders to at most half of that.
    #[must_use]
    pub fn to_curl(&self) -> String {
        let token = self.token_header();
        let token = token.map(|(name, prefix)| format!("{name}: {prefix}${{{ACCESS_TOKEN_VARIABLE}:?}}\n"));
        let (body, url) = (shell_quote(self.body()), shell_quote(self.url()));
        // Why this form:
        // - `--header @-` reads headers from stdin (curl 7.55). As arguments, the expanded secrets would appear in the
        //   process list, which every user of the machine can read. `--expand-header` would need curl 8.3.
        // - A here-document is built into every POSIX shell; `printf` is a separate program in some.
        // - `${NAME:?}` stops before anything is sent when a variable is missing or empty.
        // - `--data-raw` sends its argument as it is; `--data-binary` would take a leading `@` for a file's name.
        // - `--globoff` keeps curl from expanding `[]` and `{}` in a base URL.
        // curl does not follow redirects by itself, and `--data-raw` implies POST.
        format!(
            "curl --globoff --header 'Content-Type: {JSON}' --header @- \\\n  \
             --data-raw {body} \\\n  \
             {url} <<KENAR_SECRETS\n\
             x-api-key: ${{{API_KEY_VARIABLE}:?}}\n\
             {}KENAR_SECRETS\n",
            token.unwrap_or_default(),
        )
    }
}

/// Quotes a text as one word of the shell: between single quotes only the quote itself is special
/// (POSIX.1-2024, Shell Command Language §2.2.2).
fn shell_quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
