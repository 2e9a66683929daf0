package main

import (
	"context"
	"errors"
	"net/http"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

const namespace = "default"

var widgets = schema.GroupVersionResource{Group: "clients.kopf.dev", Version: "v1", Resource: "widgets"}

// asking tells how the library reads: by lists, watches or streaming lists.
type asking struct{ next http.RoundTripper }

func (a asking) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := a.next.RoundTrip(request)
	query := request.URL.Query()
	fields := map[string]any{
		"path":   request.URL.Path,
		"watch":  query.Get("watch") == "true",
		"stream": query.Get("sendInitialEvents") == "true",
	}
	if err == nil {
		fields["code"] = response.StatusCode
		fields["http"] = response.Proto
	}
	say("request", fields)
	return response, err
}

// runInformers follows config maps (typed), widgets (dynamic) and the metadata of secrets until standard input ends.
func runInformers(ctx context.Context, config *rest.Config) error {
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return asking{next} })
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	untyped, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	partial, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	ofTyped := informers.NewSharedInformerFactoryWithOptions(typed, 0, informers.WithNamespace(namespace))
	ofUntyped := dynamicinformer.NewFilteredDynamicSharedInformerFactory(untyped, 0, namespace, nil)
	ofPartial := metadatainformer.NewFilteredSharedInformerFactory(partial, 0, namespace, nil)
	followed := map[string]cache.SharedIndexInformer{
		"configmaps": ofTyped.Core().V1().ConfigMaps().Informer(),
		"widgets":    ofUntyped.ForResource(widgets).Informer(),
		"secrets":    ofPartial.ForResource(schema.GroupVersionResource{Version: "v1", Resource: "secrets"}).Informer(),
	}
	for name, informer := range followed {
		if err := follow(name, informer); err != nil {
			return err
		}
	}
	ofTyped.Start(ctx.Done())
	ofUntyped.Start(ctx.Done())
	ofPartial.Start(ctx.Done())
	for name, informer := range followed {
		if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
			return ctx.Err()
		}
		say("synced", map[string]any{"of": name, "count": len(informer.GetStore().ListKeys())})
	}
	return showStoresUntilEnd(ctx, followed)
}

func follow(name string, informer cache.SharedIndexInformer) error {
	seen := func(what string, object any) {
		accessor, err := meta.Accessor(object)
		if err != nil {
			say("unexpected", map[string]any{"error": err.Error()})
			return
		}
		say(what, map[string]any{"of": name, "name": accessor.GetName(), "version": accessor.GetResourceVersion()})
	}
	if err := informer.SetWatchErrorHandler(func(_ *cache.Reflector, err error) {
		say("watch-error", map[string]any{"of": name, "error": err.Error()})
	}); err != nil {
		return err
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(object any) { seen("added", object) },
		UpdateFunc: func(old, object any) {
			before, errBefore := meta.Accessor(old)
			after, errAfter := meta.Accessor(object)
			// A new list repeats what is known.
			if errBefore == nil && errAfter == nil && before.GetResourceVersion() == after.GetResourceVersion() {
				seen("resynced", object)
				return
			}
			seen("updated", object)
		},
		DeleteFunc: func(object any) {
			if unknown, ok := object.(cache.DeletedFinalStateUnknown); ok {
				seen("deleted-unseen", unknown.Obj)
				return
			}
			seen("deleted", object)
		},
	})
	return err
}

// Each line of standard input asks for the content of all stores.
func showStoresUntilEnd(ctx context.Context, followed map[string]cache.SharedIndexInformer) error {
	for {
		if err := untilTold(ctx); errors.Is(err, errNoMoreInput) {
			return nil
		} else if err != nil {
			return err
		}
		for name, informer := range followed {
			objects := map[string]string{}
			for _, object := range informer.GetStore().List() {
				if one, ok := object.(metav1.Object); ok {
					objects[one.GetName()] = one.GetResourceVersion()
				}
			}
			say("store", map[string]any{"of": name, "objects": objects, "version": informer.LastSyncResourceVersion()})
		}
	}
}
