"""The second argument of a handler."""

import json
import os
import time


class LambdaContext:
    def __init__(self, request_id, arn, deadline, client_context):
        environment = os.environ.get
        self.aws_request_id = request_id
        self.log_group_name = environment("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environment("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environment("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environment("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environment("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = arn
        self.tenant_id = None
        self.client_context = client_context_of(client_context)
        self.identity = Named(cognito_identity_id=None, cognito_identity_pool_id=None)
        self._deadline = deadline

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        print(message, end="")


class Named:
    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __repr__(self):
        fields = ",".join("%s=%s" % field for field in self.__dict__.items())
        return "%s([%s])" % (type(self).__name__, fields)


CLIENT = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


def client_context_of(text):
    if text is None:
        return None
    given = json.loads(text)
    client = given.get("client")
    return Named(
        custom=given.get("custom"),
        env=given.get("env"),
        client=None if client is None else Named(**{name: client.get(name) for name in CLIENT}),
    )
