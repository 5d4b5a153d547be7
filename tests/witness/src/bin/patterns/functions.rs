//! Functions, methods, closures, generics.

use std::future::Future;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use ifc_witness_tests::{dynamodb, run, s3, sqs, text};

pub(crate) fn direct() {
    run(async {
        let client = dynamodb();
        let _ = client.put_item().table_name("t").send().await;
    });
}

pub(crate) fn three_calls_deep() {
    async fn one(client: &Client) -> bool {
        two(client).await
    }
    async fn two(client: &Client) -> bool {
        three(client, "t").await
    }
    async fn three(client: &Client, table: &str) -> bool {
        let got = client.get_item().table_name(table).send().await;
        got.is_ok()
    }
    run(async { one(&dynamodb()).await });
}

struct Store {
    client: Client,
}

impl Store {
    async fn remove(&self, id: &str) -> bool {
        let request = self.client.delete_item().table_name("t");
        request.key("id", text(id)).send().await.is_ok()
    }
}

pub(crate) fn method_of_a_struct() {
    let store = Store { client: dynamodb() };
    run(async { store.remove("1").await });
}

pub(crate) fn shared_state() {
    struct State {
        queue: aws_sdk_sqs::Client,
    }
    async fn handler(state: Arc<State>) {
        let _ = state.queue.send_message().message_body("m").send().await;
    }
    run(handler(Arc::new(State { queue: sqs() })));
}

trait Touches {
    fn touch(&self) -> impl Future<Output = bool>;
}

impl Touches for Client {
    async fn touch(&self) -> bool {
        self.update_item().table_name("t").send().await.is_ok()
    }
}

pub(crate) fn generic_bound() {
    async fn twice<T: Touches>(target: &T) {
        target.touch().await;
        target.touch().await;
    }
    run(async { twice(&dynamodb()).await });
}

trait Finds {
    fn find(&self) -> impl Future<Output = usize>;
}

impl Finds for Client {
    async fn find(&self) -> usize {
        let found = self.query().table_name("t").send().await;
        found.map_or(0, |found| found.items().len())
    }
}

pub(crate) fn impl_trait_argument() {
    async fn count(source: impl Finds) -> usize {
        source.find().await
    }
    run(count(dynamodb()));
}

pub(crate) fn closure() {
    let client = dynamodb();
    let scan = |table: &'static str| client.scan().table_name(table).send();
    run(async { scan("t").await.is_ok() });
}

pub(crate) fn function_pointer() {
    fn delete() -> bool {
        run(async { sqs().delete_message().send().await.is_ok() })
    }
    let chosen: fn() -> bool = std::hint::black_box(delete);
    chosen();
}

trait ClientExt {
    async fn save(&self, id: &str) -> bool;
}

impl ClientExt for Client {
    async fn save(&self, id: &str) -> bool {
        let request = self.put_item().table_name("t").item("id", text(id));
        request.send().await.is_ok()
    }
}

pub(crate) fn extension_trait() {
    run(async { dynamodb().save("1").await });
}

pub(crate) fn recursion() {
    async fn remove(client: &Client, left: u32) {
        if left > 0 {
            let _ = client.delete_item().table_name("t").send().await;
            Box::pin(remove(client, left - 1)).await;
        }
    }
    run(async { remove(&dynamodb(), std::hint::black_box(3)).await });
}

macro_rules! fetch {
    ($client:expr, $($key:literal),*) => {
        $( let _ = $client.get_object().bucket("b").key($key).send().await; )*
    };
}

pub(crate) fn local_macro() {
    run(async {
        let client = s3();
        fetch!(client, "one", "two");
    });
}

pub(crate) fn enum_of_stores() {
    enum Store {
        Table(Client),
        Bucket(aws_sdk_s3::Client),
    }
    impl Store {
        async fn put(&self) -> bool {
            match self {
                Store::Table(client) => client.put_item().send().await.is_ok(),
                Store::Bucket(client) => client.put_object().send().await.is_ok(),
            }
        }
    }
    run(async {
        for store in [Store::Table(dynamodb()), Store::Bucket(s3())] {
            store.put().await;
        }
    });
}

pub(crate) fn error_path() {
    async fn read() -> Result<(), String> {
        let got = dynamodb().get_item().send().await;
        got.map(drop).map_err(|error| error.to_string())
    }
    run(async {
        if let Err(error) = read().await {
            let _ = sqs().send_message().message_body(error).send().await;
        }
    });
}

pub(crate) fn third_party_callback() {
    use futures_util::FutureExt;
    let client = dynamodb();
    let ready = futures_util::future::ready("t");
    run(ready.then(|table| client.get_item().table_name(table).send())).ok();
}
