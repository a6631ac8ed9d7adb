"""
Does with OCI's Python SDK what any user of OCI does: looks around, launches an instance, ends it.

    python other_client.py CONFIG_FILE PROFILE ENDPOINT COMPARTMENT_ID

Knows nothing of the service that answers. Prints what it saw as one JSON object.
"""

import json
import sys
import uuid

import oci
from oci.pagination import list_call_get_all_results

config_file, profile, endpoint, compartment_id = sys.argv[1:]
config = oci.config.from_file(config_file, profile)
oci.config.validate_config(config)
identity = oci.identity.IdentityClient(config, service_endpoint=endpoint)
compute = oci.core.ComputeClient(config, service_endpoint=endpoint)
network = oci.core.VirtualNetworkClient(config, service_endpoint=endpoint)
work = oci.work_requests.WorkRequestClient(config, service_endpoint=endpoint)
limits = oci.limits.LimitsClient(config, service_endpoint=endpoint)


def names(call, *arguments, of="display_name", **options):
    return [getattr(item, of) for item in list_call_get_all_results(call, *arguments, **options).data]


def look_around():
    pages = oci.pagination.list_call_get_all_results_generator(
        compute.list_images, "response", compartment_id, limit=5
    )
    return {
        "tenancy": identity.get_tenancy(config["tenancy"]).data.name,
        "regions": names(identity.list_region_subscriptions, config["tenancy"], of="region_name"),
        "compartments": names(identity.list_compartments, config["tenancy"], of="name"),
        "domains": names(identity.list_availability_domains, compartment_id, of="name"),
        "shapes": names(compute.list_shapes, compartment_id, of="shape"),
        "imagePages": [[image.display_name for image in page.data] for page in pages],
        "limits": names(limits.list_limit_values, config["tenancy"], "compute", of="name"),
    }


def make_network():
    vcn = network.create_vcn(
        oci.core.models.CreateVcnDetails(
            compartment_id=compartment_id, cidr_blocks=["10.0.0.0/16"], display_name="other"
        )
    ).data
    gateway = network.create_internet_gateway(
        oci.core.models.CreateInternetGatewayDetails(
            compartment_id=compartment_id, vcn_id=vcn.id, is_enabled=True
        )
    ).data
    network.update_route_table(
        vcn.default_route_table_id,
        oci.core.models.UpdateRouteTableDetails(
            route_rules=[
                oci.core.models.RouteRule(destination="0.0.0.0/0", network_entity_id=gateway.id)
            ]
        ),
    )
    subnet = network.create_subnet(
        oci.core.models.CreateSubnetDetails(
            compartment_id=compartment_id, vcn_id=vcn.id, cidr_block="10.0.0.0/24"
        )
    ).data
    # What was just made is unknown for a moment; the SDK's waiter can be told to bear that.
    wait(network, lambda: network.get_subnet(subnet.id), "AVAILABLE")
    return vcn, gateway, subnet


def wait(client, look, state):
    """Polls `look` until the lifecycle state is there; a 404 is a resource that is not known everywhere yet."""

    def patiently():
        return oci.retry.RetryStrategyBuilder(
            max_attempts=20,
            service_error_check=True,
            service_error_retry_config={404: []},
            retry_base_sleep_time_seconds=0.2,
            retry_max_wait_between_calls_seconds=1,
            backoff_type=oci.retry.BACKOFF_FULL_JITTER_VALUE,
        ).get_retry_strategy()

    first = patiently().make_retrying_call(look)
    return oci.wait_until(
        client, first, "lifecycle_state", state, max_interval_seconds=1, max_wait_seconds=180
    ).data


def launch_details(domain, shape, image_id, subnet_id):
    return oci.core.models.LaunchInstanceDetails(
        compartment_id=compartment_id,
        availability_domain=domain,
        shape=shape,
        display_name="launched-by-another",
        source_details=oci.core.models.InstanceSourceViaImageDetails(image_id=image_id),
        create_vnic_details=oci.core.models.CreateVnicDetails(subnet_id=subnet_id, assign_public_ip=True),
        metadata={"ssh_authorized_keys": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFFY me"},
        freeform_tags={"made-by": "another client"},
    )


def launch(domain, subnet):
    images = list_call_get_all_results(compute.list_images, compartment_id).data
    image = next(one for one in images if one.display_name.startswith("debian"))
    details = launch_details(domain, "VM.Standard2.1", image.id, subnet.id)
    token = str(uuid.uuid4())
    accepted = compute.launch_instance(details, opc_retry_token=token)
    again = compute.launch_instance(details, opc_retry_token=token)
    running = wait(compute, lambda: compute.get_instance(accepted.data.id), "RUNNING")
    request = work.get_work_request(accepted.headers["opc-work-request-id"]).data
    gpu_image = next(one for one in images if "Gen2-GPU" in one.display_name)
    return running, {
        "sameForSameToken": again.data.id == accepted.data.id,
        "stateAtFirst": accepted.data.lifecycle_state,
        "state": running.lifecycle_state,
        "workRequest": request.status,
        "launchedAt": running.time_created.isoformat(),
        "tags": running.freeform_tags,
        "overLimit": refusal(launch_details(domain, "VM.GPU2.1", gpu_image.id, subnet.id)),
    }


def refusal(details):
    try:
        compute.launch_instance(details)
    except oci.exceptions.ServiceError as error:
        return {"status": error.status, "code": error.code, "requestId": error.request_id}
    return None


def address_of(instance):
    def attachments():
        return list_call_get_all_results(
            compute.list_vnic_attachments, compartment_id, instance_id=instance.id
        )

    found = oci.wait_until(
        compute, attachments(), evaluate_response=lambda answer: len(answer.data) > 0,
        max_interval_seconds=1, fetch_func=lambda **_: attachments(),
    ).data
    vnic_id = found[0].vnic_id
    vnic = oci.wait_until(
        network, network.get_vnic(vnic_id), evaluate_response=lambda answer: answer.data.public_ip is not None,
        max_interval_seconds=1,
    ).data
    return {"publicIp": vnic.public_ip, "isPrimary": vnic.is_primary}


def end(instance, vcn, gateway, subnet):
    compute.terminate_instance(instance.id)
    gone = wait(compute, lambda: compute.get_instance(instance.id), "TERMINATED")
    conflict = oci.retry.RetryStrategyBuilder(
        max_attempts=60,
        service_error_check=True,
        service_error_retry_config={409: []},
        retry_base_sleep_time_seconds=0.5,
        retry_max_wait_between_calls_seconds=2,
    ).get_retry_strategy()
    network.delete_subnet(subnet.id, retry_strategy=conflict)
    network.update_route_table(
        vcn.default_route_table_id, oci.core.models.UpdateRouteTableDetails(route_rules=[])
    )
    network.delete_internet_gateway(gateway.id, retry_strategy=conflict)
    network.delete_vcn(vcn.id, retry_strategy=conflict)
    return gone.lifecycle_state


def main():
    around = look_around()
    vcn, gateway, subnet = make_network()
    instance, launched = launch(around["domains"][0], subnet)
    seen = {
        "around": around,
        "launch": {"instanceId": instance.id, **launched},
        "address": address_of(instance),
    }
    print(json.dumps(seen), flush=True)
    # The caller looks at what is there, and says when to go on.
    sys.stdin.readline()
    print(json.dumps({"stateAtEnd": end(instance, vcn, gateway, subnet)}))


main()
