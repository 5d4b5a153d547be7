//! SQS.

sdk::service! {
    change_message_visibility ChangeMessageVisibility ChangeMessageVisibilityInput ChangeMessageVisibilityFluentBuilder {}
    delete_message DeleteMessage DeleteMessageInput DeleteMessageFluentBuilder {}
    receive_message ReceiveMessage ReceiveMessageInput ReceiveMessageFluentBuilder {}
    send_message SendMessage SendMessageInput SendMessageFluentBuilder { message_body }
}
