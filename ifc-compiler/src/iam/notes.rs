//! What is said of permissions for raw calls, in words.

use ifc_catalog::sdk::Note;

/// Of an operation whose receiver is not known.
pub fn guessed(service: &str, method: &str) -> String {
    format!(
        "the type on which `{method}` is called is not known; of the services that are used only `{service}` has it"
    )
}

/// A note for people.
pub fn words(note: &Note) -> String {
    match note {
        Note::Wildcard { member } => format!(
            "`{member}` is known only when the program runs: the permission is for all that it can name"
        ),
        Note::WeakBinding { member } => {
            format!("`{member}` is taken for the name in the ARN because the two are called alike")
        }
        Note::WeakAction => {
            "the action follows from the operation's name by a rule; check it before use".to_owned()
        }
        Note::Guess => "AWS lists no action of the operation's name".to_owned(),
        Note::UnknownResource => {
            "what the action can be allowed on is not on record, so it is on everything".to_owned()
        }
        Note::UnknownService { member } => {
            format!("the role in `{member}` is passed to a service that is not known")
        }
        Note::Companion => "the service itself does it in the caller's name".to_owned(),
    }
}
