package main

import (
	"context"

	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/retry"
)

// refusal is what a caller can decide by.
func refusal(err error) map[string]any {
	fields := map[string]any{"reason": string(apierrors.ReasonForError(err)), "error": err.Error()}
	status := apierrors.APIStatus(nil)
	if is, ok := err.(apierrors.APIStatus); ok {
		status = is
		causes := []string{}
		if status.Status().Details != nil {
			for _, cause := range status.Status().Details.Causes {
				causes = append(causes, cause.Field)
			}
		}
		fields["causes"] = causes
	}
	return fields
}

func widget(name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": widgets.GroupVersion().String(),
		"kind":       "Widget",
		"metadata":   map[string]any{"name": name},
		"spec":       spec,
	}}
}

// runWrites creates, applies, patches, pages and deletes through the dynamic and the typed client.
func runWrites(ctx context.Context, config *rest.Config) error {
	untyped, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	// As controllers do: built-in kinds go out and, where the server can, come back in Protocol Buffers.
	config.ContentType = "application/vnd.kubernetes.protobuf"
	config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if err := writeWidgets(ctx, untyped.Resource(widgets).Namespace(namespace)); err != nil {
		return err
	}
	return writeTyped(ctx, typed)
}

func writeWidgets(ctx context.Context, client dynamic.ResourceInterface) error {
	applied, err := client.Apply(ctx, "applied", widget("applied", map[string]any{"size": int64(1)}), metav1.ApplyOptions{FieldManager: "one"})
	if err != nil {
		return err
	}
	size, _, _ := unstructured.NestedInt64(applied.Object, "spec", "size")
	say("applied", map[string]any{"size": size, "managers": managers(applied)})
	_, err = client.Apply(ctx, "applied", widget("applied", map[string]any{"size": int64(2)}), metav1.ApplyOptions{FieldManager: "two"})
	say("conflict", refusal(err))
	forced, err := client.Apply(ctx, "applied", widget("applied", map[string]any{"size": int64(2)}), metav1.ApplyOptions{FieldManager: "two", Force: true})
	if err != nil {
		return err
	}
	say("forced", map[string]any{"managers": managers(forced)})
	status := widget("applied", nil)
	unstructured.RemoveNestedField(status.Object, "spec")
	status.Object["status"] = map[string]any{"phase": "Done"}
	withStatus, err := client.ApplyStatus(ctx, "applied", status, metav1.ApplyOptions{FieldManager: "three"})
	if err != nil {
		return err
	}
	say("applied-status", map[string]any{"status": withStatus.Object["status"], "managers": managers(withStatus)})
	_, err = client.Create(ctx, widget("invalid", map[string]any{"size": int64(-1)}), metav1.CreateOptions{})
	say("invalid", refusal(err))
	_, err = client.Create(ctx, widget("applied", map[string]any{"size": int64(1)}), metav1.CreateOptions{})
	say("exists", refusal(err))
	_, err = client.Get(ctx, "none", metav1.GetOptions{})
	say("missing", refusal(err))
	patched, err := client.Patch(ctx, "applied", types.MergePatchType, []byte(`{"spec":{"size":7}}`), metav1.PatchOptions{})
	if err != nil {
		return err
	}
	stale := applied.DeepCopy()
	_, err = client.Update(ctx, stale, metav1.UpdateOptions{})
	say("stale", refusal(err))
	patched.SetLabels(map[string]string{"tier": "gold"})
	updated, err := client.Update(ctx, patched, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	say("updated", map[string]any{"labels": updated.GetLabels(), "generation": updated.GetGeneration()})
	uid := types.UID("00000000-0000-0000-0000-000000000000")
	err = client.Delete(ctx, "applied", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}})
	say("precondition", refusal(err))
	return client.Delete(ctx, "applied", metav1.DeleteOptions{})
}

func managers(object metav1.Object) []string {
	names := []string{}
	for _, entry := range object.GetManagedFields() {
		names = append(names, fmt.Sprintf("%s %s %s", entry.Manager, entry.Operation, entry.FieldsV1.String()))
	}
	return names
}

func writeTyped(ctx context.Context, typed kubernetes.Interface) error {
	maps := typed.CoreV1().ConfigMaps(namespace)
	for _, name := range []string{"typed-1", "typed-2", "typed-3"} {
		created := &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"typed": "yes"}},
			Data:       map[string]string{"k": "v"},
			BinaryData: map[string][]byte{"b": {0, 1, 255}},
		}
		if _, err := maps.Create(ctx, created, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	pages := []int{}
	for options := (metav1.ListOptions{LabelSelector: "typed=yes", Limit: 2}); ; {
		page, err := maps.List(ctx, options)
		if err != nil {
			return err
		}
		pages = append(pages, len(page.Items))
		if options.Continue = page.Continue; options.Continue == "" {
			break
		}
	}
	say("pages", map[string]any{"sizes": pages})
	applied, err := maps.Apply(ctx, applycorev1.ConfigMap("typed-1", namespace).WithData(map[string]string{"l": "w"}), metav1.ApplyOptions{FieldManager: "typed"})
	if err != nil {
		return err
	}
	say("applied-typed", map[string]any{"data": applied.Data, "binary": applied.BinaryData["b"]})
	if err := writeDeployment(ctx, typed); err != nil {
		return err
	}
	if err := maps.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "typed=yes"}); err != nil {
		return err
	}
	left, err := maps.List(ctx, metav1.ListOptions{LabelSelector: "typed=yes"})
	if err != nil {
		return err
	}
	say("deleted-collection", map[string]any{"left": len(left.Items)})
	return nil
}

func writeDeployment(ctx context.Context, typed kubernetes.Interface) error {
	deployments := typed.AppsV1().Deployments(namespace)
	labels := map[string]string{"app": "web"}
	deployment := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: "nginx:1"}}},
			},
		},
	}
	if _, err := deployments.Create(ctx, deployment, metav1.CreateOptions{}); err != nil {
		return err
	}
	patch := `{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:1"}]}}}}`
	patched, err := deployments.Patch(ctx, "web", types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{})
	if err != nil {
		return err
	}
	names := []string{}
	for _, container := range patched.Spec.Template.Spec.Containers {
		names = append(names, container.Name)
	}
	scale, err := deployments.GetScale(ctx, "web", metav1.GetOptions{})
	if err != nil {
		return err
	}
	scale.Spec.Replicas = 3
	scaled, err := deployments.UpdateScale(ctx, "web", scale, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	say("deployment", map[string]any{"containers": names, "replicas": scaled.Spec.Replicas})
	return deployments.Delete(ctx, "web", metav1.DeleteOptions{})
}

// runFinalizers removes a finalizer by replacing the object, and again on the newest state whenever somebody else was faster.
func runFinalizers(ctx context.Context, config *rest.Config) error {
	untyped, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	client := untyped.Resource(widgets).Namespace(namespace)
	held := widget("held", map[string]any{"size": int64(1)})
	held.SetFinalizers([]string{"clients.kopf.dev/hold"})
	first, err := client.Create(ctx, held, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if err := client.Delete(ctx, "held", metav1.DeleteOptions{}); err != nil {
		return err
	}
	marked, err := client.Get(ctx, "held", metav1.GetOptions{})
	if err != nil {
		return err
	}
	say("marked", map[string]any{"deleting": marked.GetDeletionTimestamp() != nil, "finalizers": marked.GetFinalizers()})
	attempts := 0
	known := first // stale on purpose: the mark came after it
	err = retry.RetryOnConflict(retry.DefaultRetry, func() error {
		attempts++
		known.SetFinalizers(nil)
		_, err := client.Update(ctx, known, metav1.UpdateOptions{})
		if apierrors.IsConflict(err) {
			if newest, errGet := client.Get(ctx, "held", metav1.GetOptions{}); errGet == nil {
				known = newest
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	_, err = client.Get(ctx, "held", metav1.GetOptions{})
	say("released", map[string]any{"attempts": attempts, "gone": apierrors.IsNotFound(err)})
	return nil
}
