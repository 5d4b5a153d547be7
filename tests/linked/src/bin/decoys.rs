//! The fixture `decoys` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

/// Clients of other services, with methods named like operations of the SDK.
mod elasticsearch {
    #[derive(Default)]
    pub struct Client;

    impl Client {
        pub fn search(&self) -> Self {
            Client
        }
        pub fn index(self, _name: &str) -> Self {
            self
        }
        pub async fn send(self) {}
    }
}

mod reqwest {
    pub struct Client;

    impl Client {
        pub fn new() -> Self {
            Client
        }
        pub fn get(&self, _url: &str) -> Self {
            Client
        }
        pub async fn send(self) {}
    }
}

mod redis {
    pub struct Client;

    impl Client {
        pub fn open(_url: &str) -> Result<Self, ()> {
            Ok(Client)
        }
        pub fn scan(&self) -> Self {
            Client
        }
        pub fn send(self) {}
    }
}

include!(concat!(env!("OUT_DIR"), "/decoys/src/main.rs"));
