//! Why a message was refused, or why nobody knows of it: the words that are stored, and what they mean.

use std::fmt;
use std::str::FromStr;

use super::record::UnknownWord;

/// Why a message is [`Refused`](super::State::Refused) or [`Unknown`](super::State::Unknown). Its word is stable: it is
/// stored, and programs read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// 412: one side blocked the other, or one of them is blacklisted.
    Restricted,
    /// 401: a wrong key, or a token that is wrong or has expired.
    Unauthenticated,
    /// 403: a permission or a scope is missing.
    Forbidden,
    /// 404: no such conversation, or no such path.
    NotFound,
    /// 3xx, which is not followed.
    Redirected,
    /// Any other 4xx.
    Refused,
    /// No answer in time.
    TimedOut,
    /// The connection broke before an answer.
    Broken,
    /// 5xx.
    ServerFailed,
    /// An answer that the API does not document.
    UnexpectedAnswer,
    /// The run ended between the intent and the answer.
    Interrupted,
}

impl Cause {
    /// Every cause; those of a refusal first.
    pub const ALL: [Self; 11] = [
        Self::Restricted,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Redirected,
        Self::Refused,
        Self::TimedOut,
        Self::Broken,
        Self::ServerFailed,
        Self::UnexpectedAnswer,
        Self::Interrupted,
    ];

    /// Its word, such as `timed-out`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Redirected => "redirected",
            Self::Refused => "refused",
            Self::TimedOut => "timed-out",
            Self::Broken => "broken",
            Self::ServerFailed => "server-failed",
            Self::UnexpectedAnswer => "unexpected-answer",
            Self::Interrupted => "interrupted",
        }
    }

    /// What happened, as a clause.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Restricted => "one side has blocked the other, or one of the two is blacklisted",
            Self::Unauthenticated => "the API key or the access token was wrong, or the token had expired",
            Self::Forbidden => "the API key lacks a permission, or the access token lacks a scope",
            Self::NotFound => "no such conversation for this token, or no such path on the server",
            Self::Redirected => "the server points elsewhere, and redirects are not followed",
            Self::Refused => "the server did not take the request",
            Self::TimedOut => "no answer came in time",
            Self::Broken => "the connection broke before an answer",
            Self::ServerFailed => "the server failed, nobody knows at which step",
            Self::UnexpectedAnswer => "the answer was not what the API documents",
            Self::Interrupted => "the run ended before the answer came",
        }
    }

    /// What to do, as a sentence.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::Restricted => "Sending again cannot help: leave these rows out.",
            Self::Unauthenticated => "Renew the token or correct the key; --retry-refused sends them again.",
            Self::Forbidden => "Get the permission or the scope; --retry-refused sends them again.",
            Self::NotFound => {
                "Correct the conversation ids (a corrected row is a new message), or --api and --base-url; then \
                 --retry-refused sends them again."
            }
            Self::Redirected => "Correct --api or --base-url; --retry-refused sends them again.",
            Self::Refused => {
                "A message that is changed counts as a new one and is sent; --retry-refused sends them again as they are."
            }
            Self::TimedOut | Self::Broken | Self::ServerFailed | Self::UnexpectedAnswer | Self::Interrupted => {
                "They may have been delivered: look into the conversations. --resend-unknown sends them again, perhaps a \
                 second time."
            }
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Cause {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|cause| cause.word() == word).ok_or_else(|| UnknownWord(word.to_owned()))
    }
}
