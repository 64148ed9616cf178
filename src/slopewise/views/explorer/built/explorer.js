(()=>{var _o="http://www.w3.org/2000/svg",je=new WeakMap;function m(t,e={},...n){return Ge(document.createElement(t),e,n)}function y(t,e={},...n){return Ge(document.createElementNS(_o,t),e,n)}function Ge(t,e,n){for(let[r,o]of Object.entries(e))r.startsWith("on")?t.addEventListener(r.slice(2),o):Ze(t,r,o);for(let r of n)r!=null&&r!==!1&&t.append(r instanceof Node?r:String(r));return t}function v(t,e){for(let n in e)Ze(t,n,e[n])}function Ze(t,e,n){let r=je.get(t);r||je.set(t,r={}),r[e]!==n&&(r[e]=n,n==null||n===!1?t.removeAttribute(e):t.setAttribute(e,n===!0?"":String(n)))}function k(t,e){let n=String(e);t.textContent!==n&&(t.textContent=n)}function T(t,e,n){for(;t.childElementCount>e;)t.lastElementChild?.remove();for(;t.childElementCount<e;)t.append(n(t.childElementCount));return Array.from(t.children)}var Ve=0;function U(t){return Ve+=1,`${t}-${Ve}`}function zt({names:t,intercept:e,scale:n}){let r=n?"\u2032":"",o=t.length===1?[`w${r}`]:t.map(s=>`w${r}[${s}]`);return e?[`b${r}`,...o]:o}var Wo={"-":"\u207B",0:"\u2070",1:"\xB9",2:"\xB2",3:"\xB3",4:"\u2074",5:"\u2075",6:"\u2076",7:"\u2077",8:"\u2078",9:"\u2079"},be="\u2013";function f(t,e=5){if(!Dt(t))return be;if(t===0)return"0";let[n,r]=t.toExponential(e-1).split("e"),o=Number(r);return o<-4||o>=Math.max(e,7)?xe(`${Ye(n)}${Jo(o)}`):xe(Ke(Ye(Number(t.toPrecision(e)).toFixed(Math.max(0,e-1-o)))))}function M(t){return Dt(t)?xe(Ke(Math.round(t).toFixed(0))):be}function G(t,e=4){if(!Dt(t))return be;let n=1-t;return n===0||Math.abs(n)>=.001?f(t,e):n>0?`1 \u2212 ${f(n,3)}`:`1 + ${f(-n,3)}`}function P(t){if(!Dt(t))throw new RangeError("only finite numbers can be written");return String(t).replace("e+","e")}function Dt(t){return typeof t=="number"&&Number.isFinite(t)}function Ye(t){return t.includes(".")?t.replace(/\.?0+$/,""):t}function Jo(t){return`\xD710${[...String(t)].map(e=>Wo[e]).join("")}`}function Ke(t){let[e,n]=t.split("."),r=e.replace(/\B(?=(\d{3})+$)/g,",");return n===void 0?r:`${r}.${n}`}function xe(t){return t.replace("-","\u2212")}var Uo=24;function Xe(t,e){return Y(t,e+(t.intercept?1:0))}function Y(t,e){return N(t)[e]}function N({names:t,intercept:e}){return zt({names:t.map(n=>et(n)),intercept:e,scale:!1})}function et(t,e=Uo){return t.length>e?`${t.slice(0,e-1)}\u2026`:t}function nt(t,e){return`${M(t)} ${e}${t===1?"":"s"}`}function q(t,e,n){let r=m("select",{onchange:()=>n(r.value)}),o=m("label",{class:"field choice"},m("span",{},t),r),s=null,a=i=>{let c=JSON.stringify(i);c!==s&&(s=c,r.replaceChildren(...i.map(([l,h])=>m("option",{value:l},h))))};return a(e),{element:o,show(i,c){o.hidden=i===!1,i&&a(i),r.value!==c&&(r.value=c)}}}function Qe(t,e){let n=m("button",{type:"button",class:"toggle","aria-pressed":"false"},t),r=o=>{v(n,{"aria-pressed":String(o)}),e(o)};return n.addEventListener("click",()=>r(n.getAttribute("aria-pressed")!=="true")),{element:n,press:r}}function Ht(t,e){let n=m("input",{type:"checkbox",onchange:()=>e(n.checked)});return{element:m("label",{class:"field check"},n,m("span",{},t)),show:o=>n.checked=o}}function C(t,e,n=""){return m("button",{type:"button",class:n,onclick:e},t)}function mt(t){let e=t.trim().replace(/−/g,"-").replace(/(?<=\d),(?=\d{3}(\D|$))/g,"");return/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(e)&&Number.isFinite(Number(e))?Number(e):null}function it(t,{take:e,nudge:n,name:r}){let o=m("span",{class:"fault",id:U("fault"),role:"alert"}),s=m("input",{type:"text",inputmode:"decimal",autocomplete:"off",spellcheck:"false",size:9,"aria-describedby":o.id,"aria-label":r}),a=m("label",{class:"field number"},m("span",{},t),s,o),i=0,c=h=>{let p=h===null?"Give a number.":e(h)??"";k(o,p),v(s,{"aria-invalid":p?"true":null})},l=()=>{s.value!==P(i)&&c(mt(s.value))};return s.addEventListener("change",l),s.addEventListener("keydown",h=>{let p={ArrowUp:1,ArrowDown:-1}[h.key];h.key==="Enter"&&l(),p&&(h.preventDefault(),c(n(mt(s.value)??i,p*(h.shiftKey?10:1))),s.value=P(i))}),{element:a,input:s,show(h){let p=h!==i||s.value==="";i=h;let u=s.getRootNode().activeElement===s&&s.getAttribute("aria-invalid");p&&!u&&(s.value=P(h),k(o,""),v(s,{"aria-invalid":null}))}}}function _t(t,{take:e,value:n,position:r,nudge:o,text:s}){let i=m("input",{type:"range",min:0,max:1e4,step:1,"aria-label":t}),c=0;return i.addEventListener("input",()=>e(n(Number(i.value)/1e4))),i.addEventListener("keydown",l=>{let h={ArrowRight:1,ArrowUp:1,ArrowLeft:-1,ArrowDown:-1,PageUp:10,PageDown:-10}[l.key];h&&(l.preventDefault(),e(o(c,h*(l.shiftKey?10:1))))}),{element:i,show(l){c=l;let h=String(Math.round(Math.max(0,Math.min(1,r(l)))*1e4));i.value!==h&&(i.value=h),v(i,{"aria-valuetext":s(l)})}}}var ye=200;function Wt(t,e){t.hidden=e.length===0;let n=T(t,e.length,()=>m("div",{},m("dt"),m("dd")));e.forEach(([r,o],s)=>{k(n[s].firstElementChild,r),k(n[s].lastElementChild,o)})}function Jt(t,{columns:e,rows:n}){let r=n.slice(0,ye),o=m("tr",{},...e.map(c=>m("th",{scope:"col"},c))),s=r.map(c=>m("tr",{},...c.map(l=>m("td",{},l)))),a=m("table",{},m("thead",{},o),m("tbody",{},...s)),i=n.length>ye&&m("p",{},`The first ${M(ye)} of ${M(n.length)} rows.`);t.replaceChildren(a,...i?[i]:[])}var Bo=6,en=6,tn=2**-7;function nn(t,e){let{theta:n,rate:r,momentum:o=0,velocity:s=null,sample:a=null,only:i=null,digits:c=5}=e,l=zt(t),h=t.gradient(n),p=g=>f(g,c),u=g=>Zo(p(g)),d=a?.complete&&a.y.length<=Bo&&t.p<=2?jo:Vo;return(i??l.map((g,x)=>x)).flatMap(g=>{let x=o>0?o*(s?.[g]??0):null,b=x===null?"":` + ${u(o)}\xB7${u(s?.[g]??0)}`,w=n[g]-r*h[g]+(x??0);return[`\u2202J/\u2202${l[g]} = ${d(t,n,g,u,a)} = ${p(h[g])}`,`${l[g]} \u2190 ${p(n[g])} \u2212 ${u(r)}\xB7${u(h[g])}${b} = ${p(w)}`]})}function jo(t,e,n,r,o){let s=t.intercept?1:0,{centre:a,spread:i}=t.scaling,c=Array.from(o.y,(h,p)=>{let u=o.x.map((b,w)=>(b[p]-a[w])/i[w]),g=[...u.map((b,w)=>`${r(e[w+s])}\xB7${r(b)}`),...s?[r(e[0])]:[]].join(" + ");return`${o.weights?`${r(o.weights[p])}\xB7`:""}(${g} \u2212 ${r(h)})${n<s?"":`\xB7${r(u[n-s])}`}`}),l=o.weights?Array.prototype.reduce.call(o.weights,(h,p)=>h+p,0):o.y.length;return`1/${r(l)} [${c.join(" + ")}]`}function Vo(t,e,n,r){let o=Array.from(e,(c,l)=>({h:t.H[n][l],d:c-t.optimum[l]})),s=o.length<=en?o:Go(o),a=s.map(({h:c,d:l})=>`${r(c)}\xB7${r(l)}`).join(" + ");if(s.length===o.length)return a;let i=o.filter(c=>!s.includes(c)).reduce((c,{h:l,d:h})=>c+l*h,0);return`${a} + ${r(i)} of ${o.length-s.length} more terms`}function Go(t){return[...t].sort((e,n)=>Math.abs(n.h*n.d)-Math.abs(e.h*e.d)).slice(0,en-1)}function Zo(t){return t.startsWith("\u2212")?`(${t})`:t}function rn(t,e){let n=t.excess(e),r=t.gradient(e),o=r.map((i,c)=>Yo(t,e,c,n)),s=Math.hypot(...o.map((i,c)=>i-r[c])),a=Math.sqrt(2*n)*Math.sqrt(t.modes.curvatures[t.rank-1].hi);return{numeric:o,exact:r,error:a>0?s/a:0}}function Yo(t,e,n,r){let o=t.H[n][n];if(!(o>0))return 0;let s=r>0?Math.sqrt(2*r)/Math.sqrt(o):Math.abs(e[n])||1,[a,i]=[Float64Array.from(e),Float64Array.from(e)];return a[n]+=tn*s,i[n]-=tn*s,(t.excess(a)-t.excess(i))/(a[n]-i[n])}var we=6,Ko=1e-6,Xo="The check compares the gradient with differences of J.";function Qo(t){let e=m("ol",{class:"arithmetic",tabindex:0,"aria-label":"The update with its numbers"}),n=m("details",{open:!0},m("summary",{},"Show the arithmetic"),e),r=m("div",{class:"checked",role:"status"}),o=null,s=C("Check the gradient",()=>{o=t.get().theta,ts(t.get(),r)});return n.addEventListener("toggle",()=>on(t.get(),n,e)),{element:m("div",{class:"stack"},n,s,r),draw(a){on(a,n,e),o!==a.theta&&r.replaceChildren()},caption:a=>`The update after iteration ${M(a.shown)} with its numbers${a.scale?", on standardised features":""}. ${Xo}`}}function on(t,e,n){if(!e.open)return;let{problem:r}=t,o=r.fromUser(t.theta),s=t.momentum&&t.shown>0?r.fromUser(t.descent.at(t.shown-1)):null,a=s&&o.map((l,h)=>l-s[h]),i=Array.from({length:Math.min(r.k,we)},(l,h)=>h),c=nn(r,{theta:o,rate:t.rate,momentum:t.momentum,velocity:a,sample:t.data.sample,only:i});r.k>we&&c.push(`\u2026 and so for the other ${M(r.k-we)} parameters.`),T(n,c.length,()=>m("li",{})).forEach((l,h)=>k(l,c[h]))}function ts(t,e){let{numeric:n,exact:r,error:o}=rn(t.problem,t.problem.fromUser(t.theta)),s=N(t.data.state),a=o<Ko?"They agree":"They do not agree",i=m("div",{class:"table",tabindex:0,role:"region","aria-label":"Gradient check"});Jt(i,{columns:["parameter","by differences","by formula"],rows:s.map((c,l)=>[c+(t.scale?"\u2032":""),f(n[l],8),f(r[l],8)])}),e.replaceChildren(m("p",{},`${a}: relative to the gradient they are ${f(o,2)} apart.`),i)}var sn={id:"arithmetic",title:"Arithmetic of a step",create:Qo};var es=2220446049250313e-31;function Ut(t){for(let e=0;e<40;e+=1)if(t.sort((n,r)=>F(r,r)-F(n,n)),!ns(t))return t;return t}function an(t,e){let n=[...t];for(;n.length<e;){let r=Array.from({length:e},(o,s)=>ss(n,s,e));n.push(ct(r.reduce((o,s)=>F(s,s)>F(o,o)?s:o)))}return n.slice(t.length)}function ct(t){let e=Math.sqrt(F(t,t));return t.map(n=>n/e)}function F(t,e){let n=0;for(let r=0;r<t.length;r+=1)n+=t[r]*e[r];return n}function ns(t){let e=!1,n=t.map(r=>F(r,r));for(let r=0;r<t.length;r+=1)for(let o=r+1;o<t.length;o+=1){let s=F(t[r],t[o]);if(!(Math.abs(s)>es*Math.sqrt(n[r])*Math.sqrt(n[o])))continue;e=!0;let a=rs((n[o]-n[r])/(2*s));os(t[r],t[o],a),n[r]-=a*s,n[o]+=a*s}return e}function rs(t){return(t<0?-1:1)/(Math.abs(t)+Math.hypot(1,t))}function os(t,e,n){let r=1/Math.hypot(1,n),o=r*n;for(let s=0;s<t.length;s+=1){let a=t[s],i=e[s];t[s]=r*a-o*i,e[s]=o*a+r*i}}function ss(t,e,n){let r=new Float64Array(n);r[e]=1;for(let o=0;o<2;o+=1)for(let s of t){let a=F(s,r);s.forEach((i,c)=>{r[c]-=a*i})}return r}var cn=1e-11;function B(t,e,n,{others:r="held",at:o=t.optimum}={}){let s=r==="reoptimised"||t.k===2,a=s?t.nearest(o):o,i=is(s?as(t,e,n):[]),[c,l]=[e,n].map(p=>hn(i,ve(t,p))),h=s?new Float64Array(t.rank):ln(t,a);return ls(t,cs(c,l),h,[a[e],a[n]])}function Bt(t,e){let{centre:n,curvatures:r,directions:o}=t,s=e-t.floor;if(!(s>=0))return{kind:"none",center:n,axes:[0,0],angle:0};let a=r.map(h=>h>0?Math.sqrt(2*s/h):null),[i,c]=o[1],l=i===0?Math.PI/2:Math.atan(c/i);return{kind:["plane","strip","ellipse"][a.filter(h=>h!==null).length],center:n,axes:a,angle:l}}function jt(t,e,{count:n=10,spacing:r="even"}={}){let o=e-t.floor;if(!(o>0)||o===1/0)return[];let s=a=>r==="even"?((n-a)/n)**2:4**-a;return Array.from({length:n},(a,i)=>t.floor+o*s(i))}function Ft(t,e,n){let r=ve(t,n),o=ln(t,e),[s,a,i]=[F(r,r),F(r,o),e[n]],c=s>0?i-a/s:null,l=h=>{let p=o.map((u,d)=>u+(h-i)*r[d]);return F(p,p)/2};return{value:i,cost:t.minimum+l(i),curvature:s,slope:a,bottom:c,least:t.minimum+l(c===null?i:c),costAt:h=>t.minimum+l(h),slopeAt:h=>a+s*(h-i)}}function ve(t,e){return Float64Array.from(t.root,n=>n[e])}function as(t,e,n){return Array.from({length:t.k},(o,s)=>s).filter(o=>o!==e&&o!==n).map(o=>ve(t,o))}function ln(t,e){let n=Float64Array.from(e,(r,o)=>r-t.optimum[o]);return Float64Array.from(t.root,r=>F(r,n))}function is(t){let e=[];for(let n of t){let r=hn(e,n);F(r,r)>0&&e.push(ct(r))}return e}function hn(t,e){let n=e.slice();for(let r=0;r<2;r+=1)for(let o of t){let s=F(o,n);for(let a=0;a<n.length;a+=1)n[a]-=s*o[a]}return F(n,n)<=cn**2*F(e,e)?new Float64Array(e.length):n}function cs(t,e){let[n,r,o]=[F(t,t),F(e,e),F(t,e)],s=Math.atan2(2*o,n-r)/2,[a,i]=[Math.cos(s),Math.sin(s)],c=t.map((p,u)=>a*p+i*e[u]),l=e.map((p,u)=>a*p-i*t[u]),h=F(l,l)<=cn**2*F(c,c);return{lengths:[c,h?new Float64Array(l.length):l],directions:[[a,i],[-i,a]]}}function ls(t,{lengths:e,directions:n},r,o){let s=e.map(d=>F(d,d)),i=e.map(d=>F(d,r)).map((d,g)=>s[g]>0?-d/s[g]:0),c=r.map((d,g)=>d+i[0]*e[0][g]+i[1]*e[1][g]),l=[0,1].map(d=>o[d]+i[0]*n[0][d]+i[1]*n[1][d]),h=F(c,c)/2,p=(d,g)=>n.map(([x,b])=>x*(d-l[0])+b*(g-l[1])),u=(d,g)=>{let[x,b]=p(d,g);return h+(s[0]*x*x+s[1]*b*b)/2};return{centre:l,minimum:t.minimum+h,floor:h,curvatures:s,directions:n,excess:u,cost:(d,g)=>t.minimum+u(d,g),gradient:(d,g)=>{let[x,b]=p(d,g);return[0,1].map(w=>s[0]*x*n[0][w]+s[1]*b*n[1][w])}}}var hs={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,1],ArrowDown:[0,-1]},ps=15;function lt(t){let e=y("g",{class:`handle ${t.shape??""}`,tabindex:0,role:"slider","aria-label":t.label,"aria-valuenow":0},y("circle",{class:"reach",r:ps}),L(t.mark??"circle")),n=!1,r=(o,s)=>{o.preventDefault(),t.drag(t.pointer(o),s)};e.addEventListener("pointerdown",o=>{o.button===0&&(n=!0,e.setPointerCapture(o.pointerId),e.focus({preventScroll:!0}),o.stopPropagation(),r(o,!0))}),e.addEventListener("pointermove",o=>n&&r(o,!1));for(let o of["pointerup","pointercancel"])e.addEventListener(o,()=>n=!1);return e.addEventListener("keydown",o=>{let s=hs[o.key];if(s)t.nudge(s,o.shiftKey?10:1);else if(t.remove&&(o.key==="Delete"||o.key==="Backspace"))t.remove();else return;o.preventDefault(),o.stopPropagation()}),e}function ht(t,e,n,r,o){v(t,{transform:`translate(${e.toFixed(2)},${n.toFixed(2)})`,"aria-valuenow":r,"aria-valuetext":o})}function rt(t){return Number(t.toPrecision(5))}function L(t,e=6){return t==="diamond"?y("path",{class:"mark",d:`M0,${-e-1}L${e+1},0L0,${e+1}L${-e-1},0Z`}):t==="cross"?y("path",{class:"cross",d:`M${-e},0H${e}M0,${-e}V${e}`}):t==="square"?y("rect",{class:"mark",x:-e,y:-e,width:2*e,height:2*e}):y("circle",{class:"mark",r:e})}var pn=new WeakMap;function ke(t){let{descent:e}=t,n=pn.get(e);if(!n){let r=ft(us(e));n={ks:r,places:e.path(r)},pn.set(e,n)}return n}function us(t){let e=t.iterationsTo(1e-12)??1e9;return Math.max(1,Math.min(e,t.lastFinite,1e9))}function ft(t){let e=[];for(let r=0;r<=Math.min(120,t);r+=1)e.push(r);let n=(t/120)**(1/300);for(let r=120*n;t>120&&r<t;r=Math.max(r*n,r+1))Math.round(r)>e[e.length-1]&&e.push(Math.round(r));return e[e.length-1]<t&&e.push(t),e}function un(t,e){let{ks:n,places:r}=ke(t),o=[],s=[];for(let c=0;c<n.length&&n[c]<t.shown;c+=1){let[l,h]=e(r[c]),p=`${l.toFixed(1)},${h.toFixed(1)}`;o.push(p),c<60&&s.push(`M${p}h0`)}let[a,i]=e(t.theta);return o.push(`${a.toFixed(1)},${i.toFixed(1)}`),{line:`M${o.join("L")}`,dots:s.join("")}}var St=20,$e=1.25,dn=7,Vt=Math.PI/180,Gt=class{constructor(e){let n=U("title");this.floor=y("path",{class:"grid-line"}),this.cells=y("g",{class:"cells"}),this.path=y("path",{class:"way"}),this.ball=y("g",{class:"now"},L("circle",6)),this.bottom=y("g",{class:"optimum"},L("diamond",5)),this.labels={x:y("text",{"text-anchor":"middle"}),y:y("text",{"text-anchor":"middle"}),top:y("text",{"text-anchor":"middle"})},this.svg=y("svg",{class:"picture scene",role:"img","aria-labelledby":n},y("title",{id:n},e),this.floor,this.cells,this.bottom,this.path,this.ball,...Object.values(this.labels)),this.element=m("div",{class:"frame"},this.svg),this.stale=!0,this.width=0}resize(e){let n=Math.max(Math.floor(e),200);return n===this.width?!1:(this.width=n,this.height=Math.round(Math.min(Math.max(n*.72,210),440)),v(this.svg,{viewBox:`0 0 ${this.width} ${this.height}`,height:this.height}),this.stale=!0,!0)}look({turn:e,tilt:n}){let[r,o]=[Math.cos(e*Vt),Math.sin(e*Vt)],[s,a]=[Math.cos(n*Vt),Math.sin(n*Vt)],i=Math.min((this.width-56)/(2*Math.SQRT2),(this.height-44)/(2*Math.SQRT2*a+$e*s)),c=this.height/2+$e*s*i/2;this.depth=(l,h)=>l*o+h*r,this.project=(l,h,p)=>[this.width/2+i*(l*r-h*o),c-i*(p*$e*s+(l*o+h*r)*a)]}surface(e,n,r,o){this.stale=!1,this.look(r);let s=Math.floor(this.width/2/dn)-1;for(let b of["x","y"])k(this.labels[b],et(o[b],s));let a=b=>(b[0]+b[1])/2,i=b=>(b[1]-b[0])/2;this.unit={x:b=>(b-a(n.x))/i(n.x),y:b=>(b-a(n.y))/i(n.y)};let c=n.x.flatMap(b=>n.y.map(w=>e.excess(b,w)));this.top=Math.max(...c)-e.floor||1,this.lift=(b,w)=>Math.min((e.excess(b,w)-e.floor)/this.top,1);let l=b=>-1+2*b/St,h=[];for(let b=0;b<=St;b+=1){h.push([]);for(let w=0;w<=St;w+=1){let[$,O]=[a(n.x)+l(b)*i(n.x),a(n.y)+l(w)*i(n.y)];h[b].push(this.lift($,O))}}this.mesh(h,l),this.frameOf();let[p,u]=[this.unit.x(e.centre[0]),this.unit.y(e.centre[1])],[d,g]=this.project(this.clamped(p),this.clamped(u),0),x=Math.abs(p)<=1&&Math.abs(u)<=1;v(this.bottom,{transform:`translate(${d.toFixed(1)},${g.toFixed(1)})`,visibility:x?"visible":"hidden"})}mesh(e,n){let r=[];for(let s=0;s<St;s+=1)for(let a=0;a<St;a+=1){let i=[[s,a],[s+1,a],[s+1,a+1],[s,a+1]];r.push({corners:i,depth:this.depth(n(s+.5),n(a+.5))})}r.sort((s,a)=>a.depth-s.depth);let o=T(this.cells,r.length,()=>y("polygon",{}));r.forEach(({corners:s},a)=>{let i=s.map(([l,h])=>this.project(n(l),n(h),e[l][h]).map(p=>p.toFixed(1)).join(",")),c=s.reduce((l,[h,p])=>l+e[h][p],0)/4;v(o[a],{points:i.join(" "),style:`--depth: ${Math.sqrt(c).toFixed(2)}`})})}frameOf(){let e=[[-1,-1],[1,-1],[1,1],[-1,1]].map(([o,s])=>this.project(o,s,0));v(this.floor,{d:`M${e.map(([o,s])=>`${o.toFixed(1)},${s.toFixed(1)}`).join("L")}Z`});let n=(o,s)=>this.depth(...o)<this.depth(...s)?o:s,r=(o,[s,a])=>{let[i,c]=this.project(s*1.02,a*1.02,0),l=i>=this.width/2,h=this.width-4-o.textContent.length*dn,p=l?Math.min(Math.max(i+8,this.width/2+6),h):Math.max(Math.min(i-8,this.width/2-6),this.width-h);v(o,{x:p.toFixed(1),y:Math.min(c+18,this.height-4).toFixed(1),"text-anchor":l?"start":"end"})};r(this.labels.x,n([0,-1],[0,1])),r(this.labels.y,n([-1,0],[1,0])),v(this.labels.top,{x:this.width/2,y:13}),k(this.labels.top,`J up to ${f(this.top,3)} above its least`)}way(e,n,r){let{ks:o,places:s}=ke(e),a=l=>{let[h,p]=[this.unit.x(l[n]),this.unit.y(l[r])].map(this.clamped);return this.project(h,p,this.lift(l[n],l[r])).map(u=>u.toFixed(1))},i=[];for(let l=0;l<o.length&&o[l]<e.shown;l+=1)i.push(a(s[l]).join(","));let c=a(e.theta).join(",");v(this.path,{d:`M${[...i,c].join("L")}`}),v(this.ball,{transform:`translate(${c})`})}clamped(e){return Math.max(-1,Math.min(1,e))}};function gt([t,e],[n,r]){let o=e-t||1;return{at:s=>Me(n+(s-t)/o*(r-n)),back:s=>t+(s-n)/(r-n)*o,domain:[t,e],log:!1}}function Ae([t,e],[n,r]){let o=Math.log10(t),s=Math.log10(e)-o||1;return{at:a=>a>0?Me(n+(Math.log10(a)-o)/s*(r-n)):Me(n-Math.sign(r-n)*1e5),back:a=>10**(o+(a-n)/(r-n)*s),domain:[t,e],log:!0}}function Me(t){return Math.max(-1e5,Math.min(1e5,t))}function Ee([t,e],n,r=!1){let o=e-t;if(!(o>0)||!Number.isFinite(o))return[t];let s=10**Math.floor(Math.log10(o/n)),a=[1,2,2.5,5,10].map(c=>c*s).find(c=>o/c<=n)??10*s;r&&(a=Math.max(1,Math.round(a)));let i=[];for(let c=Math.ceil(t/a-1e-9);c*a<=e+1e-9*o;c+=1)i.push(Number((c*a).toPrecision(12)));return i}function mn([t,e],n){let r=Math.ceil(Math.log10(t)-1e-9),o=Math.floor(Math.log10(e)+1e-9);if(o-r<1)return Ee([t,e],n).filter(i=>i>0);let s=Math.max(1,Math.ceil((o-r+1)/n)),a=[];for(let i=Math.ceil(r/s)*s;i<=o;i+=s)a.push(10**i);return a}function j(t,e=.08){let n=1/0,r=-1/0;for(let a of t)Number.isFinite(a)&&(n=Math.min(n,a),r=Math.max(r,a));if(n>r)return[-1,1];let o=r-n,s=o>1e-12*Math.max(Math.abs(n),Math.abs(r))?e*o:.1*Math.abs(n)||1;return[n-s,r+s]}var ds=12,ms=.3,fs=2.5,fn=3;function Tt(t,e,n){let r=[];for(let s=0;s<=Math.min(ds,t.descent.lastFinite);s+=1)r.push(t.descent.at(s));let{centre:o}=B(t.plain,e,n,{others:t.others,at:t.start});return{x:gn(t,e,r,o[0]),y:gn(t,n,r,o[1])}}function gn(t,e,n,r){let o=t.descent.limit[e],s=t.start[e],a=Math.abs(s-o)||xs(t,e),i=[...n.map(u=>u[e]),r].map(u=>Math.max(Math.min(u,o+fn*a),o-fn*a)),[c,l]=j([s,o,...i],0),h=Math.max(l-o,o-c,.4*a)*1.3,p=Math.min(Math.max(h,ms*gs(t,e)),fs*h);return[o-p,o+p]}function gs(t,e){let{curvatures:n,vectors:r,still:o}=t.plain.modes,s=r.reduce((i,c,l)=>i+c[e]**2/n[l].hi,0);return o.some(i=>Math.abs(i[e])>1e-9)?1/0:Math.sqrt(2*t.plain.excess(t.start)*s)}function xs(t,e){let n=t.plain.H[e][e],{state:r}=t.data,o=r.mean.length-1,s=r.centred[o][o]+r.mean[o]*r.mean[o];return n>0&&s>0?Math.sqrt(s/n):Math.abs(t.descent.limit[e])||1}function Ot([t,e],n){let r=(t+e)/2,o=(e-t)/2,s=Math.abs(n-r);if(!(s>o))return[t,e];let a=2**Math.ceil(Math.log2(s*1.05/o));return[r-o*a,r+o*a]}function xt(t,e,n){return t&&(n||xn(t.x,e.x)&&xn(t.y,e.y))?t:e}function xn([t,e],[n,r]){let o=.06*(r-n);return t<=n+o&&e>=r-o&&e-t<2.5*(r-n)}var bs="Drag it, or use the sliders, to see it from elsewhere.",ys=[-180,180],Fe=[8,80];function ws(t){let e=new Gt("The cost over two parameters as a bowl, with the way of descent on it"),n=bn("Turn",ys,s=>t.update({camera:{...t.get().camera,turn:s}})),r=bn("Tilt",Fe,s=>t.update({camera:{...t.get().camera,tilt:s}}));vs(e.svg,t);let o={};return{frame:e,options:m("div",{class:"options"},n.element,r.element),missing:s=>s.problem.k<2?"One parameter has no bowl: see the slice of the cost.":"",draw(s){n.show(s.camera.turn),r.show(s.camera.tilt);let[a,i]=s.pair,c=s.problem.k>2&&s.others==="held",l=["descent","pair","others","camera"].every(h=>o[h]===s[h]);if(!l||e.stale||c&&o.k!==s.shown){let h=l?o.area:Tt(s,a,i),p=B(s.plain,a,i,{others:s.others,at:s.theta});o={descent:s.descent,pair:s.pair,others:s.others,camera:s.camera,k:s.shown,area:h};let u=N(s.data.state);e.surface(p,h,s.camera,{x:u[a],y:u[i]})}e.way(s,a,i)},caption:s=>`J over ${s.pair.map(a=>Y(s.data.state,a)).join(" and ")}, with the way so far. ${bs}`,numbers:s=>[["J",f(s.cost)],["J*",f(s.plain.minimum)],["J \u2212 J*",f(s.gap)]],table(s){let[a,i]=s.pair,c=Tt(s,a,i),l=B(s.plain,a,i,{others:s.others,at:s.theta}),h=([u,d])=>Array.from({length:7},(g,x)=>u+x/6*(d-u)),p=N(s.data.state);return{columns:[`${p[i]} \\ ${p[a]}`,...h(c.x).map(u=>f(u,3))],rows:h(c.y).reverse().map(u=>[f(u,3),...h(c.x).map(d=>f(l.cost(d,u),4))])}}}}function bn(t,[e,n],r){let o=m("input",{type:"range",min:e,max:n,step:1,oninput:()=>r(Number(o.value))});return{element:m("label",{class:"field angle"},m("span",{},t),o),show(a){o.value!==String(a)&&(o.value=a),v(o,{"aria-valuetext":`${Math.round(a)}\xB0`})}}}function vs(t,e){let n=null;t.addEventListener("pointerdown",r=>{r.button===0&&(t.setPointerCapture(r.pointerId),n={x:r.clientX,y:r.clientY,camera:e.get().camera})}),t.addEventListener("pointermove",r=>{if(!n)return;let o=n.camera.turn-(r.clientX-n.x)*.6,s=n.camera.tilt+(r.clientY-n.y)*.4;e.update({camera:{turn:Math.round((o+540)%360-180),tilt:Math.round(Math.max(Fe[0],Math.min(Fe[1],s)))}})});for(let r of["pointerup","pointercancel"])t.addEventListener(r,()=>n=null)}var yn={id:"bowl",title:"The bowl",create:ws};var wn=26,ks=14,vn=42,Yt=6.7,kn=8,D=class{constructor({title:e,ratio:n=.72,handles:r=!1}){this.ratio=n,this.width=360,this.height=260;let o=U("clip"),s=U("title");this.name=y("title",{id:s},e),this.clip=y("rect",{}),this.grid=y("g",{class:"grid","aria-hidden":"true"}),this.xTicks=y("g",{class:"ticks"}),this.yTicks=y("g",{class:"ticks"}),this.base=y("path",{class:"axis"}),this.xLabel=y("text",{class:"label","text-anchor":"end"}),this.yLabel=y("text",{class:"label","text-anchor":"start"}),this.plot=y("g",{"clip-path":`url(#${o})`}),this.over=y("g",{}),this.svg=y("svg",{class:"picture",role:r?"group":"img","aria-labelledby":s},this.name,y("defs",{},y("clipPath",{id:o},this.clip)),this.grid,this.base,this.xTicks,this.yTicks,this.xLabel,this.yLabel,this.plot,this.over),this.element=m("div",{class:"frame"},this.svg),this.axes=null,this.stale=!0}resize(e){let n=Math.max(Math.floor(e),200);return n===this.width&&!this.stale?!1:(this.width=n,this.height=Math.round(Math.min(Math.max(n*this.ratio,210),440)),v(this.svg,{viewBox:`0 0 ${this.width} ${this.height}`,height:this.height}),this.stale=!0,!0)}lay(e,n){if(!this.stale&&this.axes&&$s(this.axes,e)&&this.labels.x===n.x&&this.labels.y===n.y)return!1;this.axes=e,this.labels=n,this.stale=!1;let o=this.ticksOf(e.y,e.yLog,Math.max(3,Math.round((this.height-wn-vn)/42)),!1),s=o.map(i=>Zt(i,e.yLog));this.left=10+kn+Yt*Math.max(2,...s.map(i=>i.length)),this.right=this.width-ks,this.top=wn,this.bottom=this.height-vn,this.x=(e.xLog?Ae:gt)(e.x,[this.left,this.right]),this.y=(e.yLog?Ae:gt)(e.y,[this.bottom,this.top]);let a=this.spaced(e);return this.paint(a,o,s),!0}spaced(e){for(let n=Math.max(2,Math.round((this.right-this.left)/62));n>1;n-=1){let r=this.ticksOf(e.x,e.xLog,n,e.xWhole),o=Math.max(...r.map(a=>Zt(a,e.xLog).length))*Yt+12;if((r.length>1?Math.abs(this.x.at(r[1])-this.x.at(r[0])):1/0)>=o)return r}return this.ticksOf(e.x,e.xLog,1,e.xWhole).slice(0,2)}ticksOf(e,n,r,o){return n?mn(e,r):Ee(e,r,o)}paint(e,n,r){let{left:o,right:s,top:a,bottom:i}=this;v(this.clip,{x:o,y:a,width:s-o,height:i-a}),v(this.base,{d:`M${o},${a}V${i}H${s}`});let c=[...e.map(l=>`M${this.x.at(l)},${a}V${i}`),...n.map(l=>`M${o},${this.y.at(l)}H${s}`)];v(T(this.grid,1,()=>y("path",{}))[0],{d:c.join("")}),T(this.xTicks,e.length,()=>y("text",{"text-anchor":"middle"})).forEach((l,h)=>{let p=Zt(e[h],this.axes.xLog).length*Yt/2;v(l,{x:Math.min(this.x.at(e[h]),this.width-p-1),y:i+16}),k(l,Zt(e[h],this.axes.xLog))}),T(this.yTicks,n.length,()=>y("text",{"text-anchor":"end"})).forEach((l,h)=>{v(l,{x:o-kn,y:this.y.at(n[h])+4}),k(l,r[h])}),v(this.xLabel,{x:s,y:this.height-7}),k(this.xLabel,$n(this.labels.x,s-10)),v(this.yLabel,{x:8,y:14}),k(this.yLabel,$n(this.labels.y,this.width-16))}pointer(e){let n=this.svg.getBoundingClientRect(),r=n.width?this.width/n.width:1;return[(e.clientX-n.left)*r,(e.clientY-n.top)*r]}};function Zt(t,e){let n=f(t,e?3:6);return e&&n.startsWith("1\xD7")?n.slice(2):n}function $s(t,e){return t.x[0]===e.x[0]&&t.x[1]===e.x[1]&&t.y[0]===e.y[0]&&t.y[1]===e.y[1]&&t.xLog===e.xLog&&t.yLog===e.yLog&&t.xWhole===e.xWhole}function $n(t,e){let n=Math.floor(e/Yt);return t.length<=n?t:`${t.slice(0,Math.max(n-1,1))}\u2026`}function Z(t){return m("ul",{class:"legend"},...t.map(({mark:e,line:n,shape:r,text:o})=>m("li",{},y("svg",{class:`key ${r}`,viewBox:"0 0 22 14",width:22,height:14,"aria-hidden":"true"},n&&y("path",{class:n,d:"M1,7H21"}),e&&y("g",{transform:"translate(11,7)",class:r},L(e,4))),o)))}function Kt(t,{kind:e,center:n,axes:r,angle:o}){let[s,a]=[t.x.at(n[0]),t.y.at(n[1])];if(e==="none"||e==="plane")return{d:"",width:0,near:()=>[s,a]};let[i,c]=Ms(t,r,o),l=[-Math.sin(i.angle)*c.length,Math.cos(i.angle)*c.length],h=Es(s,a,i,l);if(!(i.length<3e4))return{d:As(s,a,i,l),width:c.length,near:h};let p=i.angle*180/Math.PI,[u,d]=[Math.cos(i.angle)*i.length,Math.sin(i.angle)*i.length],[g,x]=[i.length.toFixed(2),c.length.toFixed(2)],b=($,O)=>`A${g},${x},${p.toFixed(3)},0,1,${$.toFixed(2)},${O.toFixed(2)}`;return{d:`M${(s-u).toFixed(2)},${(a-d).toFixed(2)}${b(s+u,a+d)}${b(s-u,a-d)}Z`,width:c.length,near:h}}function Ms(t,[e,n],r){let o=Mn(t.x),s=Mn(t.y),i=Math.min(n??1/0,10*3e4/Math.hypot(o*Math.cos(r),s*Math.sin(r))),c=[o*i*Math.cos(r),s*i*Math.sin(r)],l=[-o*e*Math.sin(r),s*e*Math.cos(r)],h=Math.atan2(2*(c[0]*l[0]+c[1]*l[1]),c[0]**2+c[1]**2-l[0]**2-l[1]**2)/2,p=[0,1].map(d=>Math.cos(h)*c[d]+Math.sin(h)*l[d]),u=[0,1].map(d=>Math.cos(h)*l[d]-Math.sin(h)*c[d]);return[p,u].map(([d,g])=>({length:Math.hypot(d,g),angle:Math.atan2(g,d)}))}function Mn(t){let[e,n]=t.domain;return(t.at(n)-t.at(e))/(n-e)}function As(t,e,n,[r,o]){let[s,a]=[Math.cos(n.angle)*3e4,Math.sin(n.angle)*3e4];return[1,-1].map(c=>{let[l,h]=[t+c*r,e+c*o];return`M${(l-s).toFixed(1)},${(h-a).toFixed(1)}L${(l+s).toFixed(1)},${(h+a).toFixed(1)}`}).join("")}function Es(t,e,n,[r,o]){let s=Math.sin(n.angle)>0?-1:1;return(a,i)=>{let c=a[0]*r+a[1]*o<0?-1:1,l=Math.min(i/n.length,.95),h=Math.sqrt(1-l*l)*c,p=s*l*n.length;return[t+h*r+p*Math.cos(n.angle),e+h*o+p*Math.sin(n.angle)]}}var Fs=9,Ss=56,Ts=14,Os=.01,Ls=[0,1,2,3,5,10,20,50,100,1e3,1e4,1e5,1e6,1e7,1e8,1e9],Ns=[["held","held"],["reoptimised","re-optimised"]],Rs="One parameter has no plane: see the slice of the cost.";function Cs(t,e){let n=new D({title:"Contours of the cost over two parameters",handles:!0}),r=Ps(n),o=lt(qs(n,t,e));n.over.append(o);let s=Is(t),a=Z([{mark:"circle",shape:"here",text:"now"},{mark:"square",shape:"first",text:"start"},{mark:"diamond",shape:"optimum",text:"optimum"},{mark:"cross",shape:"",text:"lowest in this plane"}]),i=null;return{frame:n,legend:a,options:s.element,missing:c=>c.problem.k<2?Rs:"",draw(c){let l=N(c.data.state),[h,p]=c.pair;s.show(c,l),a.children[3].hidden=l.length<=2,i=_s(c,h,p,i,e.held());let u={x:Ot(i.window.x,c.theta[h]),y:Ot(i.window.y,c.theta[p])};n.lay(u,{x:l[h],y:l[p]});let d=w=>[n.x.at(w[h]),n.y.at(w[p])];zs(n,r,c,d);let[g,x]=d(c.theta),b=[h,p].map(w=>`${l[w]} = ${f(c.theta[w])}`).join(", ");ht(o,g,x,c.theta[h],`${b}, J = ${f(c.cost)}`)},caption:Us,numbers:c=>[...c.pair.map(l=>[Y(c.data.state,l),f(c.theta[l],7)]),["J",f(c.cost)],["\u2016\u2207J\u2016",f(c.steepness)]],table:Ds}}function Ps(t){let e={rings:y("g",{class:"rings"}),labels:y("g",{class:"levels"}),lowest:L("cross"),line:y("path",{class:"way"}),dots:y("path",{class:"way-dots"}),first:y("g",{class:"first"},L("square",4.5)),optimum:y("g",{class:"optimum"},L("diamond",6))};return t.plot.append(...Object.values(e)),e}function qs(t,e,n){return{label:"The current parameters",shape:"here",pointer:r=>t.pointer(r),drag:([r,o])=>{let[s,a]=[An(r,t.left,t.right),An(o,t.top,t.bottom)];En(e,n,t.x.back(s),t.y.back(a))},nudge([r,o],s){let a=e.get(),[i,c]=a.pair,l=([h,p])=>s*Os*(p-h);En(e,n,a.theta[i]+r*l(t.axes.x),a.theta[c]+o*l(t.axes.y))}}}function Is(t){let e=["Across","Up"].map((r,o)=>q(r,[],s=>{let a=[...t.get().pair];a[1-o]===Number(s)&&(a[1-o]=a[o]),a[o]=Number(s),t.update({pair:a})})),n=q("Others",Ns,r=>t.update({others:r}));return{element:m("div",{class:"options"},...e.map(r=>r.element),n.element),show(r,o){let s=o.length>2&&o.map((a,i)=>[String(i),a]);e.forEach((a,i)=>a.show(s,String(r.pair[i]))),n.show(o.length>2&&void 0,r.others)}}}function zs(t,e,n,r){let[o,s]=n.pair,a=B(n.plain,o,s,{others:n.others,at:n.theta}),i=Hs(r(n.start),r(n.descent.limit));Js(t,a,Ws(n,a,t),{...e,away:i});let c=un(n,r);v(e.line,{d:c.line}),v(e.dots,{d:c.dots});let l=(h,[p,u])=>v(h,{transform:`translate(${p.toFixed(1)},${u.toFixed(1)})`});l(e.first,r(n.start)),l(e.optimum,r(n.descent.limit)),l(e.lowest,[t.x.at(a.centre[0]),t.y.at(a.centre[1])]),v(e.lowest,{visibility:n.problem.k>2?"visible":"hidden"})}function Ds(t){let e=N(t.data.state),n=Ls.filter(r=>r<=t.descent.lastFinite);return{columns:["k",...t.pair.map(r=>e[r]),"J"],rows:n.map(r=>{let o=t.descent.at(r);return[M(r),...t.pair.map(s=>f(o[s],7)),f(t.descent.costAt(r),7)]})}}function Hs([t,e],[n,r]){return[n-t,r-e]}function An(t,e,n){return Math.max(e,Math.min(n,t))}function En(t,e,n,r){let o=t.get(),s=Float64Array.from(o.theta),[a,i]=o.pair;s[a]=rt(n),s[i]=rt(r),e.moveTo(s)}function _s(t,e,n,r,o){if(r&&r.descent===t.descent&&r.i===e&&r.j===n&&r.held===o)return r;let s=Tt(t,e,n),a=r&&r.i===e&&r.j===n&&r.names===t.data.state.names?r.window:void 0;return{descent:t.descent,i:e,j:n,held:o,names:t.data.state.names,window:xt(a,s,o)}}function Ws(t,e,n){let{x:r,y:o}=n.axes,s=r.flatMap(a=>o.map(i=>e.excess(a,i)));return jt(e,Math.max(...s),{count:Fs})}function Js(t,e,n,{rings:r,labels:o,away:s}){let a=T(r,n.length,()=>y("path",{})),i=T(o,Math.ceil(n.length/2),()=>y("text",{"text-anchor":"middle"})),c=null;n.forEach((l,h)=>{let{d:p,width:u,near:d}=Kt(t,Bt(e,l));if(v(a[h],{d:p,style:`--depth: ${(h/n.length).toFixed(3)}`}),h%2)return;let g=i[h/2],[x,b]=d(s,Ss),w=f(e.minimum+l-e.floor,3),$=w.length*3.2+2,O=!c||Math.abs(b-c.y)>14||Math.abs(x-c.x)>$+c.half,S=x>t.left+$&&x<t.right-$&&b>t.top+10&&b<t.bottom-10,z=p!==""&&O&&S&&u>Ts;v(g,{x:x.toFixed(1),y:(b+4).toFixed(1),visibility:z?"visible":"hidden"}),z&&(k(g,w),c={x,y:b,half:$})})}function Us(t){let e=N(t.data.state),r=t.problem.rank<t.problem.k?" Where valleys have no end, infinitely many parameters fit equally well.":"";if(e.length===2)return`Each ellipse joins parameters of one cost. Drag the point to start elsewhere.${r}`;let o=e.length-2,[s,a]=o===1?["is held where it is now","takes its best value for each point"]:["are held where they are now","take their best values for each point"],i=t.others==="held"?s:a;return`${t.pair.map(c=>e[c]).join(" and ")}; the other ${M(o)} ${i}.${r}`}var Fn={id:"contours",title:"Contours of the cost",create:Cs};var Bs=100,js=1e-14;function Vs(t){let e=new D({title:"Cost against iteration",handles:!1}),n=y("path",{class:"line best"}),r=y("path",{class:"curve ahead"}),o=y("path",{class:"curve"}),s=y("g",{class:"now"},L("circle",5));e.plot.append(n,r,o),e.over.append(s),e.svg.addEventListener("click",l=>{let[h,p]=e.pointer(l);h<e.left||h>e.right||p<e.top||p>e.bottom||t.update({k:Math.max(0,Math.round(e.x.back(h))),playing:!1})});let a=q("Iterations",[["first","first 100"],["whole","whole run"],["log","logarithmic"]],l=>t.update({span:l})),i=q("Cost",[["log","logarithmic"],["linear","linear"]],l=>t.update({costs:l})),c={};return{frame:e,legend:Z([{line:"curve",shape:"",text:"so far"},{line:"curve ahead",shape:"",text:"ahead"},{mark:"circle",shape:"now",text:"now"}]),options:m("div",{class:"options"},i.element,a.element),draw(l){i.show(void 0,l.costs),a.show(void 0,l.span);let h=l.costs==="log"&&l.descent.gapAt(0)>0,p=Sn(l);(c.descent!==l.descent||c.end!==p||c.log!==h||c.span!==l.span)&&(c={descent:l.descent,end:p,log:h,span:l.span,points:Zs(l,p,h)},e.stale=!0),e.lay(Ys(l,c),{x:"iteration k",y:h?"J \u2212 J*, logarithmic":"J"})&&(v(r,{d:Tn(e,c.points,1/0)}),v(n,{d:h?"":`M${e.left},${e.y.at(l.problem.minimum)}H${e.right}`}));let d=h?l.gap:l.cost,g=e.y.at(Math.max(d,h?e.axes.y[0]:-1/0)),x=Math.max(l.shown,l.span==="log"?1:0);v(o,{d:`${Tn(e,c.points,l.shown)}`}),v(s,{transform:`translate(${e.x.at(x).toFixed(2)},${g.toFixed(2)})`})},caption(l){let h=l.arrival;return h===null?"At this rate the cost never comes near its least.":`${l.costs==="log"?"On a log scale J \u2212 J* falls along a straight line once one mode is left.":"J, with its least value dashed."} It is a millionth of its first size after ${M(h)} steps.`},numbers(l){return[["k",M(l.shown)],["J",f(l.cost)],["J \u2212 J*",f(l.gap)]]},table(l){let h=ft(Sn(l)).filter((p,u,d)=>p<=10||u%Math.ceil(d.length/40)===0||u===d.length-1);return{columns:["k","J","J \u2212 J*"],rows:h.map(p=>[M(p),f(l.descent.costAt(p),7),f(l.descent.gapAt(p),7)])}}}}function Sn(t){let{descent:e}=t;if(t.span==="first")return Math.min(Bs,e.lastFinite);let n=t.arrival??(e.status==="diverges"?40:1e3),r=Math.max(n,10);return Math.max(1,Math.min(t.shown>r?Gs(t.shown):r,e.lastFinite))}function Gs(t){let e=10**Math.floor(Math.log10(t));return[2,5,10].map(n=>n*e).find(n=>n>t)??t}function Zs(t,e,n){let r=n?o=>t.descent.gapAt(o):o=>t.descent.costAt(o);return ft(e).map(o=>[o,r(o)])}function Ys(t,{end:e,log:n,points:r}){let o=r.map(([,c])=>c),s=o.reduce((c,l)=>Math.max(c,l),0),a=t.span==="log"?[1,Math.max(e,10)]:[0,e];if(!n)return{x:a,y:[Math.min(0,t.problem.minimum),s*1.06||1],xLog:t.span==="log",xWhole:!0};let i=o.reduce((c,l)=>l>0?Math.min(c,l):c,s);return{x:a,y:[Math.max(i,js*t.descent.gapAt(0))/2,s*2],xLog:t.span==="log",yLog:!0,xWhole:!0}}function Tn(t,e,n){let r=[];for(let[o,s]of e){if(o>n)break;let a=t.axes.xLog?Math.max(o,t.axes.x[0]):o;r.push(`${t.x.at(a).toFixed(1)},${t.y.at(s).toFixed(1)}`)}return r.length?`M${r.join("L")}`:""}var On={id:"curve",title:"Learning curve",create:Vs};function Ln(t,e,n){let r=e.fromUser(n),o=e.excess(r),s=e.minimum+o,a=e.gradient(r),{curvatures:i}=e.modes,c=Ks(t);return{cost:s,gap:o,rmse:Math.sqrt(2*s),r2:c>0?1-2*s/c:null,gradient:a,gradientNorm:Math.sqrt(F(a,a)),least:i[0].hi,most:i[i.length-1].hi,condition:e.condition,rows:t.rows,weight:t.weight,parameters:e.k,rank:e.rank}}function Ks(t){let e=t.names.length,n=t.centred[e][e];return t.intercept?n:n+t.mean[e]**2}function Lt(t,e,n){let r=new Float64Array(t.y.length).fill(n?e[0]:0);return t.x.forEach((o,s)=>{let a=e[s+(n?1:0)];for(let i=0;i<r.length;i+=1)r[i]+=a*o[i]}),{fitted:r,residuals:r.map((o,s)=>t.y[s]-o)}}function Xt(t,e,n,r){let o=new Array(n.length);for(let s=0;s<n.length;s+=1)o[s]=`M${t.at(n[s]).toFixed(1)},${e.at(r[s]).toFixed(1)}h0`;return o.join("")}function Qt(t,e,n,r,o,s=1/0){let a=Math.min(n.length,s),i=new Array(a);for(let c=0;c<a;c+=1)i[c]=`M${t.at(n[c]).toFixed(1)},${e.at(r[c]).toFixed(1)}V${e.at(o(c)).toFixed(1)}`;return i.join("")}function Nn(t,e,n,r,o,s=1/0){let a=Math.min(n.length,s),i=new Array(a);for(let c=0;c<a;c+=1){let l=t.at(n[c]),h=e.at(r[c]),p=e.at(o(c))-h;i[c]=`M${l.toFixed(1)},${h.toFixed(1)}v${p.toFixed(1)}h${Math.abs(p).toFixed(1)}v${(-p).toFixed(1)}z`}return i.join("")}function bt(t,e,{mean:n,xx:r,xy:o,yy:s},a){let i=Math.sqrt(Math.max(r,0)),c=i>0?o/i:0,l=Math.sqrt(Math.max(s-c*c,0)),h=[];for(let p=0;p<96;p+=1){let u=2*Math.PI*p/96,d=a*Math.cos(u),g=a*Math.sin(u);h.push(`${t.at(n[0]+i*d).toFixed(1)},${e.at(n[1]+c*d+l*g).toFixed(1)}`)}return`M${h.join("L")}Z`}function ot(t,e,n){let r=t.intercept?1:0,o=e[r+n],s=t.intercept?e[0]:0;for(let a=0;a<t.names.length;a+=1)a!==n&&(s+=e[r+a]*t.mean[a]);return{slope:o,level:s,at:a=>s+o*a}}function Se(t,e,n,r){let o=t.intercept?1:0,s=Float64Array.from(e.y);for(let a=0;a<t.names.length;a+=1){let i=n[o+a];if(a===r||i===0)continue;let c=e.x[a],l=t.mean[a];for(let h=0;h<s.length;h+=1)s[h]-=i*(c[h]-l)}return s}function yt(t,e,n){let r=t.mean.length,o={mean:[0,0],xx:0,xy:0,yy:0};for(let s=0;s<r;s+=1){o.mean[0]+=e[s]*t.mean[s],o.mean[1]+=n[s]*t.mean[s];for(let a=0;a<r;a+=1){let i=t.centred[s][a];o.xx+=e[s]*e[a]*i,o.xy+=e[s]*n[a]*i,o.yy+=n[s]*n[a]*i}}return o}function te(t,e,n){let r=t.intercept?1:0,o=t.mean.length,s=new Float64Array(o),a=new Float64Array(o);s[n]=1,a[o-1]=1;for(let i=0;i<o-1;i+=1)i!==n&&(a[i]=-e[r+i]);return[s,a]}function Rn(t,e){let n=t.intercept?1:0,r=t.mean.length,o=new Float64Array(r),s=new Float64Array(r);for(let a=0;a<r-1;a+=1)o[a]=e[n+a];return s[r-1]=1,[o,s]}var In=60,zn=.01,Cn=.025,Xs=600,Qs=[["sticks","sticks"],["squares","squares"],["none","hidden"]],ta="one and two standard deviations wide",ea=.16;function na(t,e){let n=new D({title:"Rows, and the line of the current parameters",handles:!0}),r=ra(n,t,e),o=oa(n,t,e),s=Z([{line:"line",shape:"",text:"now"},{line:"line best",shape:"",text:"optimum"},{mark:"circle",shape:"row",text:"row"},{line:"residuals",shape:"",text:"residual"}]),a=null;return{frame:n,legend:s,options:o.element,missing:i=>i.data.state.names.length?"":"A mean alone has no feature to draw the rows against.",draw(i){let{state:c,sample:l}=i.data,h=Nt(i);o.show(i,h),s.children[2].hidden=l===null,s.children[3].hidden=l===null||i.residuals==="none",a=ca(i,h,a,e.held());let p=c.names.length>1?", others at their means":"";n.lay(a.axes,{x:c.names[h],y:`${c.target}${p}`});let u=ot(c,i.theta,h);sa(n,r,i,u,h),aa(n,r,i,u,h),ia(n,r,i,e.editable(i)&&l.y.length<=In)},caption:i=>`${ma(i)}${da(n,i)?" The line is out of the picture.":""}`,numbers(i){let c=Nt(i),{r2:l,rmse:h}=e.statistics(i);return[[Xe(i.data.state,c),f(ot(i.data.state,i.theta,c).slope,7)],...i.data.state.intercept?[["b",f(i.theta[0],7)]]:[],["R\xB2",f(l)],["RMSE",f(h)]]},table:fa}}function Nt(t){return Math.min(t.feature,t.data.state.names.length-1)}function ra(t,e,n){let r=s=>y("path",{class:s}),o={residuals:r("residuals"),ellipses:r("spread"),dots:r("dots"),best:r("line best"),line:r("line"),body:r("line-body"),rows:y("g",{}),ends:[0,1].map(s=>lt(ha(e,n,t,s))),grip:s=>lt(ua(e,n,t,s))};return t.plot.append(o.residuals,o.ellipses,o.dots,o.best,o.line,o.body),t.over.append(o.rows,y("g",{},...o.ends)),pa(o.body,e,n,t),o}function oa(t,e,n){let r=q("Along the axis",[],i=>e.update({feature:Number(i)})),o=q("Residuals",Qs,i=>e.update({residuals:i})),s=!1,a=Qe("Add points",i=>{s=i,t.svg.classList.toggle("adding",i)});return t.svg.addEventListener("click",i=>{let[c,l]=t.pointer(i);!s||c<t.left||c>t.right||l<t.top||l>t.bottom||n.addRow([wt(t.x.back(c),t.axes.x)],wt(t.y.back(l),t.axes.y))}),{element:m("div",{class:"options"},r.element,o.element,a.element),show(i,c){let{state:l,sample:h}=i.data;r.show(l.names.length>1&&l.names.map((p,u)=>[String(u),p]),String(c)),o.show(h!==null&&void 0,i.residuals),a.element.hidden=!n.editable(i),a.element.hidden&&s&&a.press(!1)}}}function sa(t,{line:e,body:n,best:r,ends:o},s,a,i){let c=Pn(t,a);v(e,{d:c}),v(n,{d:c}),v(r,{d:Pn(t,ot(s.data.state,s.descent.limit,i))}),la(o,t,a,s)}function aa({x:t,y:e},{residuals:n,dots:r,ellipses:o},s,a,i){let{state:c,sample:l}=s.data;if(!l){let d=yt(c,...te(c,s.theta,i));v(o,{d:bt(t,e,d,1)+bt(t,e,d,2)});for(let g of[n,r])v(g,{d:""});return}let[h,p]=[l.x[i],Se(c,l,s.theta,i)],u=s.residuals==="squares"?Nn:Qt;v(o,{d:""}),v(n,{class:`residuals ${s.residuals}${p.length>In?" many":""}`,d:s.residuals==="none"?"":u(t,e,h,p,d=>a.at(h[d]),400)}),v(r,{d:Xt(t,e,h,p),class:p.length>Xs?"dots many":"dots"})}function ia({x:t,y:e},{rows:n,grip:r},o,s){let{state:a,sample:i}=o.data;T(n,s?i.y.length:0,r).forEach((c,l)=>{let[h,p]=[i.x[0][l],i.y[l]],u=`${a.names[0]} ${f(h)}, ${a.target} ${f(p)}`;ht(c,t.at(h),e.at(p),p,u)})}function ca(t,e,n,r){let{state:o,sample:s}=t.data;if(n&&n.data===t.data&&n.j===e&&n.start===t.start&&n.held===r)return n;let a=yt(o,...te(o,t.descent.limit,e)),i=[2.2*Math.sqrt(a.xx),2.2*Math.sqrt(a.yy)],c=s?j(s.x[e],ea):j([a.mean[0]-i[0],a.mean[0]+i[0]]),l=$=>[$-i[1],$+i[1]],h=$=>s?Se(o,s,$,e):l(yt(o,...te(o,$,e)).mean[1]),[p,u]=j([...h(t.descent.limit),...h(t.start)],0),d=2*(u-p),g=ot(o,t.start,e),x=c.map($=>Math.min(Math.max(g.at($),p-d),u+d)),b={x:c,y:j([p,u,...x])},w=n&&n.j===e&&n.names===o.names?n.axes:void 0;return{data:t.data,names:o.names,j:e,start:t.start,held:r,axes:xt(w,b,r)}}function Pn(t,e){let[n,r]=t.axes.x;return`M${t.x.at(n)},${t.y.at(e.at(n)).toFixed(2)}L${t.x.at(r)},${t.y.at(e.at(r)).toFixed(2)}`}function ee(t,e){let[n,r]=t.axes.x;return n+(e?1-Cn:Cn)*(r-n)}function la(t,e,n,r){t.forEach((o,s)=>{let a=ee(e,s),i=Math.min(Math.max(e.y.at(n.at(a)),e.top),e.bottom);ht(o,e.x.at(a),i,n.at(a),`${r.data.state.target} ${f(n.at(a))} at ${f(a)}`)})}function qn(t,e,n,r,o){let s=t.get(),a=Nt(s),{state:i}=s.data,c=ot(i,s.theta,a),l=ee(n,r),h=ee(n,1-r),p=Float64Array.from(s.theta),u=i.intercept?1:0;if(i.intercept){let d=(o-c.at(h))/(l-h);p[u+a]=d,p[0]+=c.at(h)-d*h-c.level}else l!==0&&(p[u+a]=(o-c.level)/l);e.moveTo(p.map(rt))}function ha(t,e,n,r){return{label:r?"Right end of the line":"Left end of the line",shape:"line-end",mark:"square",pointer:o=>n.pointer(o),drag:([,o])=>qn(t,e,n,r,n.y.back(o)),nudge([o,s],a){let i=t.get(),c=ot(i.data.state,i.theta,Nt(i)),[l,h]=n.axes.y;qn(t,e,n,r,c.at(ee(n,r))+(s||o)*a*zn*(h-l))}}}function pa(t,e,n,r){let o=null;t.addEventListener("pointerdown",s=>{!e.get().data.state.intercept||s.button!==0||(t.setPointerCapture(s.pointerId),o={y:r.y.back(r.pointer(s)[1]),theta:e.get().theta},s.preventDefault())}),t.addEventListener("pointermove",s=>{if(!o)return;let a=Float64Array.from(o.theta);a[0]+=r.y.back(r.pointer(s)[1])-o.y,n.moveTo(a.map(rt))});for(let s of["pointerup","pointercancel"])t.addEventListener(s,()=>o=null)}function ua(t,e,n,r){return{label:`Row ${r+1}`,shape:"row",pointer:o=>n.pointer(o),drag([o,s]){e.moveRow(r,[wt(n.x.back(o),n.axes.x)],wt(n.y.back(s),n.axes.y))},nudge([o,s],a){let{sample:i}=t.get().data,[c,l]=[n.axes.x,n.axes.y],h=zn*a;e.moveRow(r,[wt(i.x[0][r]+o*h*(c[1]-c[0]),c)],wt(i.y[r]+s*h*(l[1]-l[0]),l))},remove:()=>e.removeRow(r)}}function wt(t,[e,n]){let r=10**Math.floor(Math.log10((n-e)/500));return Number((Math.round(t/r)*r).toPrecision(12))}function da(t,e){let n=ot(e.data.state,e.theta,Nt(e)),[r,o]=t.axes.y,s=t.axes.x.map(n.at);return s.every(a=>a<r)||s.every(a=>a>o)}function ma(t){let{state:e,sample:n}=t.data,r=e.names.length>1;if(!n)return`No rows came with this page: the ellipses hold the spread of all ${M(e.rows)} rows, ${ta}.`;let o=n.complete?"All rows":`${M(n.y.length)} of ${M(e.rows)} rows`,s=t.residuals!=="none"&&n.y.length>400?`, residuals of ${M(400)} of them`:"",a={sticks:"Each stick is a residual.",squares:"J is half the mean area of the squares.",none:""}[t.residuals];return`${o}${s}${r?", each adjusted for its other features":""}. The dashed line is the optimum. ${a}`}function fa(t){let{state:e,sample:n}=t.data;if(!n)return{columns:["column","mean"],rows:[...e.names,e.target].map((s,a)=>[s,f(e.mean[a])])};let{fitted:r,residuals:o}=Lt(n,t.theta,e.intercept);return{columns:["row",...e.names,e.target,"prediction","residual","\xBD residual\xB2"],rows:Array.from(n.y,(s,a)=>[String(n.rows?.[a]??a+1),...n.x.map(i=>f(i[a])),f(s),f(r[a]),f(o[a]),f(o[a]**2/2)])}}var Dn={id:"data",title:"Data and line",create:na};var ga=["A bar between the dashed lines at \xB11 shrinks its error; a negative one swings.","The diamond is what is left after k steps."].join(" "),vt=1.6;function xa(){let t=new D({title:"The factor of each eigenmode for one step, and what is left of its error"}),e=y("rect",{class:"zone"}),n=y("path",{class:"axis"}),r=y("path",{class:"line limit"}),o=y("g",{}),s=y("g",{}),a=y("g",{class:"ticks"});return t.plot.append(e,r,o,n,s),t.over.append(a),{frame:t,legend:Z([{mark:"square",shape:"glides",text:"shrinks"},{mark:"square",shape:"swings",text:"swings"},{mark:"square",shape:"grows",text:"grows"},{mark:"diamond",shape:"left",text:"left after k steps"}]),draw(i){let{modes:c}=i.descent;t.lay({x:[0,c.length],y:[-vt,vt]},{x:c.length>1?"modes, the slowest first":"the only mode",y:"factor of a step, 1 \u2212 \u03B1\u03BB"})&&(v(t.xTicks,{visibility:"hidden"}),v(e,{x:t.left,width:t.right-t.left,y:t.y.at(1),height:t.y.at(-1)-t.y.at(1)}),v(n,{d:`M${t.left},${t.y.at(0)}H${t.right}`}),v(r,{d:`M${t.left},${t.y.at(1)}H${t.right}M${t.left},${t.y.at(-1)}H${t.right}`})),ba(t,i,c,o,s,a)},caption(i){let c=i.problem.k-i.problem.rank,[l,h]=c===1?["direction has","is"]:["directions have","are"],p=c?` ${M(c)} flat ${l} \u03BB = 0 and ${h} left out: descent never moves there.`:"";return`${ga}${p}`},numbers(i){let{values:c}=i.problem.eigen;return[["\u03BBmin",f(c.find(l=>l>0))],["\u03BBmax",f(c[c.length-1])],["\u03BA",f(i.problem.condition)]]},table(i){return{columns:["mode","\u03BB","factor of a step","share of J \u2212 J* now"],rows:i.descent.modes.map((c,l)=>[String(l+1),f(c.value),G(c.factor),f(c.share)])}}}}function ba(t,e,n,r,o,s){let a=(t.right-t.left)/n.length,i=a>46,c=T(r,n.length,()=>y("rect",{class:"bar"})),l=T(o,n.length,()=>y("g",{class:"left"},L("diamond",4))),h=ya(e,n),p=t.y.at(0);n.forEach((u,d)=>{let g=t.left+(d+.5)*a,x=Math.min(a*.32,26),b=t.y.at(Math.max(-vt,Math.min(vt,u.factor))),w=u.radius<=1;v(c[d],{class:`bar ${w?u.factor<0?"swings":"glides":"grows"}`,x:(g-x).toFixed(1),width:(2*x).toFixed(1),y:Math.min(b,p).toFixed(1),height:Math.max(Math.abs(b-p),1).toFixed(1)});let $=Math.max(-vt,Math.min(vt,h[d]));v(l[d],{transform:`translate(${g.toFixed(1)},${t.y.at($).toFixed(1)})`})}),T(s,i?n.length:0,()=>y("text",{"text-anchor":"middle"})).forEach((u,d)=>{v(u,{x:t.left+(d+.5)*a,y:t.bottom+16}),u.textContent=`\u03BB ${f(n[d].value,3)}`})}function ya(t,e){let n=t.descent.gapsAt(0),r=t.descent.gapsAt(t.shown);return e.map((o,s)=>{let a=n[s]>0?Math.sqrt(r[s]/n[s]):0;return t.momentum===0&&o.factor<0&&t.shown%2?-a:a})}var Hn={id:"modes",title:"Eigenmodes",create:xa};var wa=["parameter","now","\u2202J/\u2202\u03B8","optimum"],va="infinitely many parameters fit equally well. Descent finds those nearest to its start, listed here as the optimum";function ka(t,e){let n=m("dl",{class:"numbers all"}),r=m("tr",{},...wa.map(a=>m("th",{scope:"col"},a))),o=m("tbody",{}),s=m("div",{class:"table",tabindex:0,role:"region","aria-label":"Parameters"},m("table",{},m("thead",{},r),o));return{element:m("div",{class:"stack"},n,s),draw(a){Wt(n,_n(a,e.statistics(a))),$a(a,o)},caption(a){let{rank:i,k:c}=a.problem,l=a.scale?"; the eigenvalues are those of the standardised features":"";return i===c?`All that is known at iteration ${M(a.shown)}${l}.`:`Rank ${M(i)} of ${M(c)}: ${va}.`},table:a=>({columns:["figure","value"],rows:_n(a,e.statistics(a))})}}function _n(t,e){let{modes:n}=t.problem;return[["k",M(t.shown)],["\u03B1",f(t.rate)],["J",f(t.cost,6)],["J \u2212 J*",f(t.gap,6)],["\u2016\u2207J\u2016",f(t.steepness)],["R\xB2",f(e.r2)],["RMSE",f(e.rmse)],["\u03BBmin",f(n.curvatures[0].hi)],["\u03BBmax",f(n.curvatures.at(-1).hi)],["\u03BA",f(t.problem.condition)],["cost \xD7 a step",G(t.descent.factorPerStep)],["rows m",M(t.data.state.rows)],["rank",`${M(t.problem.rank)} of ${M(t.problem.k)}`]]}function $a(t,e){let n=N(t.data.state),{theta:r,gradient:o}=t,{limit:s}=t.descent,a=T(e,n.length,()=>m("tr",{},m("th",{scope:"row"}),m("td"),m("td"),m("td")));n.forEach((i,c)=>{let l=a[c].children;k(l[0],i),k(l[1],f(r[c],7)),k(l[2],f(o[c])),k(l[3],f(s[c],7))})}var Wn={id:"numbers",title:"Numbers",create:ka};var Ma={residuals:"On the dashed line a prediction is right.",targets:"On the dashed diagonal a prediction equals its target."},Aa=60;function Ea(t,e){let n=new D({title:"Predictions of the current parameters"}),r=y("path",{class:"line best"}),o=y("path",{class:"residuals sticks"}),s=y("path",{class:"dots"}),a=y("path",{class:"spread"});n.plot.append(r,o,a,s);let i=q("Show",[["targets","targets"],["residuals","residuals"]],l=>t.update({against:l})),c={};return{frame:n,options:m("div",{class:"options"},i.element),draw(l){i.show(void 0,l.against);let{sample:h}=l.data,{fitted:p,residuals:u}=h?Lt(h,l.theta,l.data.state.intercept):{fitted:null,residuals:null},d=l.against==="residuals",g=d?u:h?.y??null;c=Fa(l,p,g,c,e.held());let{target:x}=l.data.state;n.lay(c.axes,{x:`prediction of ${x}`,y:d?"residual: target \u2212 prediction":`${x}, the target`});let{x:b,y:w}=n,[$,O]=n.axes.x,S=d?[0,0]:[$,O];v(r,{d:`M${b.at($)},${w.at(S[0])}L${b.at(O)},${w.at(S[1])}`}),v(s,{d:h?Xt(b,w,p,g):"",class:h?.y.length>600?"dots many":"dots"}),v(o,{class:`residuals sticks${h?.y.length>Aa?" many":""}`,d:h?Qt(b,w,p,g,J=>d?0:p[J],400):""});let z=h?"":Jn(l,d);v(a,{d:h?"":bt(b,w,z,1)+bt(b,w,z,2)})},caption(l){let{state:h,sample:p}=l.data,u=p?p.complete?"All rows.":`${M(p.y.length)} of ${M(h.rows)} rows.`:"No rows came with this page: the ellipses hold their spread, one and two standard deviations wide.",d=p?.y.length>400?` Sticks for ${M(400)} of them.`:"";return`${u}${d} ${Ma[l.against]}`},numbers(l){let{r2:h,rmse:p}=e.statistics(l);return[["R\xB2",f(h)],["RMSE",f(p)],["rows",M(l.data.state.rows)]]},table(l){let{state:h,sample:p}=l.data;if(!p)return{columns:["figure","value"],rows:[["R\xB2",f(e.statistics(l).r2)],["RMSE",f(e.statistics(l).rmse)]]};let{fitted:u,residuals:d}=Lt(p,l.theta,h.intercept);return{columns:["row","prediction",h.target,"residual"],rows:Array.from(p.y,(g,x)=>[String(p.rows?.[x]??x+1),f(u[x]),f(g),f(d[x])])}}}}function Jn(t,e){let{state:n}=t.data,[r,o]=Rn(n,t.theta),s=e?o.map((c,l)=>c-r[l]):o,a=yt(n,r,s),i=n.intercept?t.theta[0]:0;return a.mean[0]+=i,e&&(a.mean[1]-=i),a}function Fa(t,e,n,r,o){let s=e,a=n;if(!e){let l=Jn(t,t.against==="residuals");s=[-2.2,2.2].map(h=>l.mean[0]+h*Math.sqrt(l.xx)),a=[-2.2,2.2].map(h=>l.mean[1]+h*Math.sqrt(l.yy))}let i=t.against==="residuals"?{x:j(s),y:j([0,...a])}:Sa(j([...s,...a])),c=r.against===t.against&&r.data===t.data.state.names?r.axes:void 0;return{against:t.against,data:t.data.state.names,axes:xt(c,i,o)}}function Sa(t){return{x:t,y:t}}var Un={id:"predictions",title:"Predictions",create:Ea};function V(t,e){let n=t+e,r=n-t;return{hi:n,lo:t-(n-r)+(e-r)}}function K(t,e){let n=t*e,r=134217729*t,o=134217729*e,s=r-(r-t),a=o-(o-e),i=t-s,c=e-a;return{hi:n,lo:s*a-n+s*c+i*a+i*c}}function A(t,e=0){return{hi:t,lo:e}}function _(t,e){let n=V(t.hi,e.hi),r=V(t.lo,e.lo),o=Rt(n.hi,n.lo+r.hi);return Rt(o.hi,o.lo+r.lo)}function R(t,e){return _(t,{hi:-e.hi,lo:-e.lo})}function H(t,e){let n=K(t.hi,e.hi);return Rt(n.hi,n.lo+(t.hi*e.lo+t.lo*e.hi))}function I(t,e){let n=t.hi/e.hi,r=K(n,e.hi);return Rt(n,(t.hi-r.hi+(t.lo-(r.lo+n*e.lo)))/e.hi)}function ne(t){let e=Math.sqrt(t.hi);if(e===0)return{hi:0,lo:0};let n=K(e,e);return Rt(e,(t.hi-n.hi+(t.lo-n.lo))/(2*e))}function X(t,e,n,r,o,s){let a=n.hi,i=134217729*a,c=i-(i-a),l=a-c;for(let h=s;h<t.length;h+=1){let p=r[h],u=a*p,d=134217729*p,g=d-(d-p),x=p-g,b=c*g-u+c*x+l*g+l*x+(a*o[h]+n.lo*p),w=t[h]-u,$=w-t[h],O=t[h]-(w-$)-(u+$),S=e[h]+(O-b);t[h]=w+S,e[h]=S-(t[h]-w)}}function Rt(t,e){let n=t+e;return{hi:n,lo:e-(n-t)}}function jn(t,e){let n=Ta(t,e);return{...n,a:t.hi,factor:r=>r===0?1:n.factor(r),change:r=>r===0?0:n.change(r)}}function Ta(t,e){return t.hi===1/0?Oa:e===0?La(t):Na(t,e)}var Oa={logRadius:1/0,swings:!0,factor:()=>-1/0,change:()=>-1/0};function La(t){let e=t.hi>1,n=R(A(1),t).hi,r=e?R(A(2),t).hi:t.hi,o=Math.abs(n)<.5?Math.log(Math.abs(n)):Math.log1p(-r),s=a=>e&&a%2?-1:1;return{logRadius:o,swings:e,factor:a=>s(a)*Math.exp(a*o),change:a=>s(a)>0?Math.expm1(a*o):-Math.exp(a*o)-1}}function Na(t,e){let n=ne(A(e)),r=R(Bn(R(A(1),n)),t).hi,o=R(V(1,e),t).hi,s=R(Bn(_(A(1),n)),t).hi,a=R(H(A(2),V(1,e)),t).hi,i=Math.sqrt(Math.abs(r))*Math.sqrt(Math.abs(s)),c={a:t.hi,beta:e,middle:o,edge:a,width:i,size:(Math.abs(o)+i)/2};return r>=0?Ra(c):s<=0?Ca(c):o>0?Pa(c):qa(c)}function Ra({a:t,beta:e,width:n,size:r}){let o=2*t/(1-e+t+n),s=Vn(r,o),a=Gn(Math.log1p(-n/r)),i=c=>o*Math.exp(c*s)*a(c+1);return{logRadius:s,swings:!1,factor:c=>Math.exp((c+1)*s)+i(c),change:c=>Math.expm1((c+1)*s)+i(c)}}function Ca({beta:t,edge:e,width:n,size:r}){let o=1-t+e,s=Vn(r,o<0?(o-n)/2:2*e/(o+n)),a=Gn(Math.log1p(-n/r)),i=t*(1+r)/(r*r),c=p=>Math.exp(p*s)*i*a(p),l=p=>Zn(p)*(Math.exp(p*s)+c(p));return{logRadius:s,swings:!0,factor:l,change:p=>p%2?l(p)-1:Math.expm1(p*s)+c(p)}}function Vn(t,e){return t<.5?Math.log(t):Math.log1p(-e)}function Pa({beta:t,middle:e,width:n}){let r=Math.atan2(n,e),o=(1-t)/(1+Math.sqrt(t)),s=Math.log(t)/2,a=l=>o*Math.sin(l*r)/Math.sin(r),i=l=>Math.cos((l+.5)*r)/Math.cos(r/2)+a(l),c=l=>-2*Math.sin((l+1)*r/2)*Math.sin(l*r/2)/Math.cos(r/2)+a(l);return{logRadius:s,swings:!0,factor:l=>Math.exp(l*s)*i(l),change:l=>Math.expm1(l*s)+Math.exp(l*s)*c(l)}}function qa({beta:t,middle:e,width:n}){let r=Math.atan2(n,-e),o=Math.sqrt(t),s=Math.log(t)/2,a=c=>Zn(c)*(Math.sin((c+1)*r)+o*Math.sin(c*r))/Math.sin(r),i=c=>Math.exp(c*s)*a(c);return{logRadius:s,swings:!0,factor:i,change:c=>i(c)-1}}function Gn(t){if(t===0)return n=>n;let e=Math.expm1(t);return n=>Math.expm1(n*t)/e}function Bn(t){return H(t,t)}function Zn(t){return t%2?-1:1}var E=class extends Error{constructor(e){super(e),this.name="Fault"}};var Ia=2**-26,za=2**-24;function Xn(t,e,n){let r=Yn(t,e,n),o=Da(r.A);if(o.length){for(let[c,l]of o)Ha(e,r,c,l);r=Yn(t,e,n)}let{curvatures:s,E:a}=_a(r,e.length),i=s.map((c,l)=>l).sort((c,l)=>s[c].hi-s[l].hi);return{curvatures:i.map(c=>s[c]),across:r.across.map(c=>Wa(c.hi,a,i))}}function Yn(t,e,n){let r=Array.from({length:n},(s,a)=>({hi:Float64Array.from(e,i=>i[a]),lo:new Float64Array(e.length)})),o=t.map(s=>{let[a,i]=[new Float64Array(e.length),new Float64Array(e.length)];return r.forEach((c,l)=>X(a,i,A(-s.hi[l],-s.lo[l]),c.hi,c.lo,0)),{hi:a,lo:i}});return{A:Kn(o,e.length),B:Kn(r,e.length),across:r}}function Kn(t,e){let n=Array.from({length:e},()=>({hi:new Float64Array(e),lo:new Float64Array(e)}));for(let r of t)n.forEach(({hi:o,lo:s},a)=>X(o,s,A(-r.hi[a],-r.lo[a]),r.hi,r.lo,a));return n}function st(t,e,n){return e<=n?A(t[e].hi[n],t[e].lo[n]):A(t[n].hi[e],t[n].lo[e])}function Da(t){let e=[],n=0;for(let r=1;r<=t.length;r+=1)r<t.length&&Math.abs(t[r].hi[r]-t[r-1].hi[r-1])<=Ia*t[r].hi[r]||(r-n>1&&e.push([n,r]),n=r);return e}function Ha(t,{A:e,B:n},r,o){let s=I(st(e,r,r),st(n,r,r)),a=Array.from({length:o-r},(h,p)=>r+p),i=a.map(h=>Float64Array.from(a,p=>R(st(e,h,p),H(s,st(n,h,p))).hi)),c=Math.max(...i.map(h=>h.reduce((p,u)=>p+Math.abs(u),0)));if(c===0)return;i.forEach((h,p)=>h[p]+=2*c);let l=a.map(h=>t[h]);Ut(i).map(ct).forEach((h,p)=>{t[r+p]=l[0].map((u,d)=>h.reduce((g,x,b)=>g+x*l[b][d],0))})}function _a({A:t,B:e},n){let r=t.map((a,i)=>I(st(t,i,i),st(e,i,i))),o=t.map(()=>new Float64Array(n));return{curvatures:r.map((a,i)=>{let c=0;for(let l=0;l<n;l+=1){let h=st(e,l,i),p=R(st(t,l,i),H(a,h)).hi,u=R(a,r[l]).hi,d=l!==i&&Math.abs(p)<za*Math.abs(u);o[l][i]=d?p/u:(l===i?R(A(1),h).hi:-h.hi)/2,d&&(c+=p*o[l][i])}return _(a,A(c))}),E:o}}function Wa(t,e,n){let r=new Float64Array(t.length);for(let s=0;s<t.length;s+=1){let a=t[s];for(let i=0;i<t.length;i+=1)r[i]+=a*e[s][i]}let o=n.map(s=>V(t[s],r[s]));return{hi:Float64Array.from(o,s=>s.hi),lo:Float64Array.from(o,s=>s.lo)}}function Qn(t,e){let n=Ut(t.map(a=>a.hi.slice())).map(ct),{curvatures:r,across:o}=Xn(t,n.reverse(),e),s=r.map((a,i)=>Float64Array.from(o,c=>c.hi[i]));return{curvatures:r,vectors:s,across:o,still:an(s,e)}}function tr(t,e){return Float64Array.from(t,n=>F(n,e))}function er({across:t,curvatures:e},n,r){let o=new Float64Array(e.length),s=new Float64Array(e.length);return t.forEach((a,i)=>X(o,s,V(n[i],-r[i]),a.hi,a.lo,0)),o}function kt(t,e,n){for(let r=0;r<e.length;r+=1){let o=n[r];if(o===0)continue;let s=e[r];for(let a=0;a<t.length;a+=1)t[a]+=o*s[a]}return t}function Ct(t,e,n){let[r,o]=[e,n];for(;o-r>1;){let s=r+Math.floor((o-r)/2);t(s)?o=s:r=s}return o}function nr(t,e,{start:n,last:r,turns:o}){let s=l=>t(l)<=e,a=l=>t(l+1)>=t(l);if(s(n))return n;let[i,c]=[n,n+1];for(;!s(c);){if(o&&a(c))return c=a(i)?i:Ct(a,i,c),s(c)?Ct(s,i,c):null;if(c>=r)return null;[i,c]=[c,Math.min(2*c,r)]}return Ct(s,i,c)}var Ja=1e-6;function or(t,e){if(!(e>0))return"Stands still: the start is a minimum already.";switch(t.status){case"stands still":return`Stands still: at ${Ba(t)} the strongest mode jumps from side to side and never shrinks.`;case"diverges":return Ua(t);case"zig-zags":return`Zig-zags, and converges: ${rr(t)}.`;default:return`Converges: ${rr(t)}.`}}function rr(t){let e=t.iterationsTo(Ja),n=e===null?"":`; ${sr(e)} to a millionth of the gap`;return`in the long run a step multiplies J \u2212 J* by ${G(t.factorPerStep)}${n}`}function Ua(t){let e=t.lastFinite<1e9?`; after ${sr(t.lastFinite)} the numbers no longer fit`:"",n=f(t.rates.limit,4),r=Number.isFinite(t.factorPerStep)?`multiplies J \u2212 J* by ${G(t.factorPerStep)}`:"multiplies J \u2212 J* by more than there are numbers for";return`Diverges: above the limit ${n} a step ${r}${e}.`}function Ba(t){return`the limit ${f(t.rates.limit,4)}`}function sr(t){return`${M(t)} ${t===1?"step":"steps"}`}var Te=1e9,ja=2**53,Va=2**24,Ga=1+1e-6,Za=2**-50;function Mt(t,{start:e=null,rate:n,momentum:r=0}){Ka(t,e,n,r);let{curvatures:o}=t.modes,s=t.fromUser(e??new Float64Array(t.k)),a={problem:t,inner:s,limit:t.nearest(s),c:er(t.modes,t.optimum,s),values:Float64Array.from(o,i=>i.hi),laws:o.map(i=>jn(ar(n,i),r))};if(!Le(a,0))throw new E("At the start the cost is too large for floating-point numbers; start nearer to zero.");return Ya(a,n,r)}function Ya(t,e,n){let{problem:r,laws:o}=t,s=Pt($t(t,0)),a=ti(t,e,n,s),i=Le(t,Te)?Te:Ct(u=>!Le(t,u),0,Te)-1,c=u=>Math.min(Xa(u),i),l=u=>Pt($t(t,c(u))),h=u=>r.toUser(Oe(t,c(u))),p={rate:e,momentum:n,rates:Qa(r,n),at:h,innerAt:u=>Oe(t,c(u)),costAt:u=>r.minimum+l(u),gapAt:l,gapsAt:u=>$t(t,c(u)),path:u=>Array.from(u,h),limit:r.toUser(t.limit),lastFinite:i,iterationsTo:u=>ei(t,a,n,u),slowestIterationsTo:u=>oi(o,u),status:a,factorPerStep:s>0?Math.exp(2*cr(ir(t))):1,modes:si(t,e,s)};return{...p,sentence:or(p,s)}}function Ka(t,e,n,r){if(!(n>0&&n<1/0))throw new E("That learning rate makes no steps; give a positive number.");if(!(r>=0&&r<1))throw new E("Momentum lies between 0 and 1, 1 excluded; 0.9 is common.");if(e!==null&&(e.length!==t.k||!Array.prototype.every.call(e,Number.isFinite)))throw new E(`The start must have ${t.k} numbers, the intercept first if there is one.`)}function ar(t,e){let n=t>8452712498170644e255?6223015277861142e-76:1,{hi:r,lo:o}=H(A(t*n),e);return{hi:r/n,lo:o/n}}function Xa(t){if(!(Number.isSafeInteger(t)&&t>=0))throw new RangeError(`k=${t} is not a number of steps`);return t}function Oe({problem:t,inner:e,limit:n,c:r,laws:o},s){let a=new Float64Array(r.length),i=new Float64Array(r.length),[c,l]=[0,0];for(let h=0;h<r.length;h+=1)r[h]!==0&&(a[h]=o[h].factor(s)*r[h],i[h]=o[h].change(s)*r[h],c+=a[h]*a[h],l+=i[h]*i[h]);return c<l?kt(n.slice(),t.modes.vectors,a):kt(e.slice(),t.modes.vectors,i)}function $t({c:t,values:e,laws:n},r){let o=new Float64Array(t.length);for(let s=0;s<t.length;s+=1){if(t[s]===0)continue;let a=n[s].factor(r)*t[s];o[s]=e[s]*a*a/2}return o}function Le(t,e){let{problem:n}=t;if(!Number.isFinite(n.minimum+Pt($t(t,e))))return!1;let r=Oe(t,e);return r.every(Number.isFinite)&&n.toUser(r).every(Number.isFinite)}function Qa({rates:t},e){return{one:t.one,best:(1+e)*t.best,limit:(1+e)*t.limit}}function ir({c:t,laws:e}){return e.filter((n,r)=>t[r]!==0)}function cr(t){return t.reduce((e,n)=>Math.max(e,n.logRadius),-1/0)}function ti(t,e,n,r){if(!(r>0))return"stands still";let{curvatures:o}=t.problem.modes,s=o.filter((c,l)=>t.c[l]!==0).at(-1),a=H(A(2),V(1,n)),i=I(R(a,ar(e,s)),a).hi;return Math.abs(i)<=Za?"stands still":i>0?ir(t).some(c=>c.swings)?"zig-zags":"converges":"diverges"}function ei(t,e,n,r){if(!(r>0&&r<1/0))throw new RangeError(`t=${r} is not a fraction of the gap at the start`);let o=Pt($t(t,0));if(!(o>0))return 0;let s=h=>Pt($t(t,h))/o,a=n===0?0:ri(n,r),i=Math.floor(Va/t.c.length),c=ni(t,n,r*o,h=>s(h)<=r,Math.min(a,i));return c!==null||a>i?c:nr(s,r,{start:a,last:ja,turns:e==="diverges"||e==="stands still"})}function ni({c:t,values:e,laws:n},r,o,s,a){let[i,c]=[t.slice(),t.slice()],l=n.map(h=>1+r-h.a);for(let h=0;h<a;h+=1){let p=0;for(let u=0;u<i.length;u+=1)p+=e[u]*i[u]*i[u];if(p/2<=Ga*o&&s(h))return h;if(!Number.isFinite(p))return null;for(let u=0;u<i.length;u+=1)c[u]=l[u]*i[u]-r*c[u];[i,c]=[c,i]}return null}function ri(t,e){let n=0;for(let r=0;r<4;r+=1)n=(Math.log(e)-2*Math.log1p(n)+Math.log(2**-63))/Math.log(t);return Math.max(Math.trunc(n)+1,0)}function oi(t,e){let n=cr(t);return n<0?Math.log(e)/n:null}function si({c:t,values:e,laws:n},r,o){return Array.from(e,(s,a)=>({value:s,factor:1-r*s,radius:Math.exp(n[a].logRadius),share:o>0?s*t[a]*t[a]/2/o:0}))}function Pt(t){let e=0;for(let n=0;n<t.length;n+=1)e+=t[n];return e}var ai=6,lr=18,pr=40,Ne=36,ii=6.7;function ci(){let t=new Re("Contours before and after standardising the features, one unit equally long along both axes"),e={};return{frame:t,missing:n=>n.problem.k<2?"One parameter has one curvature: scaling changes its unit and nothing else.":"",draw(n){e.plain===n.plain&&e.start===n.start&&e.pair===n.pair&&!t.stale||(e={plain:n.plain,start:n.start,pair:n.pair},t.paint(n))},caption:n=>`Equally long axes; each way is at its own best rate. Standardised features ${li(n)}.`,numbers:n=>[["\u03BA before",f(n.plain.condition)],["\u03BA after",f(n.scaled.condition)],["steps before",re(n,n.plain)],["steps after",re(n,n.scaled)]],table:n=>({columns:["","before","after"],rows:[["\u03BA",f(n.plain.condition),f(n.scaled.condition)],["\u03BBmin",...[n.plain,n.scaled].map(r=>f(r.modes.curvatures[0].hi))],["\u03BBmax",...[n.plain,n.scaled].map(r=>f(r.modes.curvatures.at(-1).hi))],["best rate",f(n.plain.rates.best),f(n.scaled.rates.best)],["stable below",f(n.plain.rates.limit),f(n.scaled.rates.limit)],["steps to a millionth at the best rate",re(n,n.plain),re(n,n.scaled)]]})}}function li({plain:t,scaled:e}){return e.condition<t.condition?"make the ellipses rounder, so that one rate suits all modes":"help no further here"}var hr=new WeakMap;function ur(t,e){let n=hr.get(e);if(n?.start===t.start)return n.walk;let r=Mt(e,{start:t.start,rate:e.rates.best});return hr.set(e,{start:t.start,walk:r}),r}function re(t,e){let n=ur(t,e).iterationsTo(1e-6);return n===null?"\u2013":M(n)}var Re=class{constructor(e){this.panels=[0,1].map(n=>new Ce(n)),this.svg=y("svg",{class:"picture",role:"img","aria-label":e},...this.panels.map(n=>n.group)),this.element=m("div",{class:"frame"},this.svg),this.width=0,this.stale=!0}resize(e){let n=Math.max(Math.floor(e),200);return n===this.width?!1:(this.width=n,this.stale=!0,!0)}paint(e){this.stale=!1;let n=(this.width-lr)/2,r=Math.round(Math.min(n+pr+Ne,460));v(this.svg,{viewBox:`0 0 ${this.width} ${r}`,height:r}),this.panels.forEach((o,s)=>o.paint(e,s?e.scaled:e.plain,s*(n+lr),n,r))}},Ce=class t{constructor(e){this.side=e;let n=`panel-${t.serial+=1}`;this.clip=y("rect",{}),this.title=y("text",{class:"panel-title"}),this.kappa=y("text",{class:"label"}),this.box=y("rect",{class:"panel"}),this.rings=y("g",{class:"rings"}),this.way=y("path",{class:"way thin"}),this.dots=y("path",{class:"way-dots"}),this.bottom=y("g",{class:"optimum"},L("diamond",5)),this.first=y("g",{class:"first"},L("square",4)),this.feet=[0,1].map(()=>y("text",{class:"label"}));let r=y("g",{"clip-path":`url(#${n})`},this.rings,this.way,this.dots,this.bottom,this.first);this.group=y("g",{},y("defs",{},y("clipPath",{id:n},this.clip)),this.title,this.kappa,this.box,r,...this.feet)}static serial=0;paint(e,n,r,o,s){let[a,i]=[pr,s-Ne],c={x:r,y:a,width:o,height:i-a};v(this.box,c),v(this.clip,c),v(this.title,{x:r,y:14}),k(this.title,this.side?"after":"before"),v(this.kappa,{x:r,y:31}),k(this.kappa,`\u03BA = ${f(n.condition,4)}`);let[l,h]=e.pair,p=N(e.data.state),u=this.side?"\u2032":"";this.feet.forEach((dt,tt)=>{v(dt,{x:r,y:s-Ne+15+15*tt}),k(dt,`${tt?"\u2191":"\u2192"} ${et(p[tt?h:l]+u,Math.floor(o/ii)-2)}`)});let d=ur(e,n),g=B(n,l,h,{at:n.fromUser(d.limit)}),x=d.innerAt(0),b=Math.hypot(x[l]-g.centre[0],x[h]-g.centre[1])*1.15||1,w=Math.min(o,i-a)/2,$=[b*o/2/w,b*(i-a)/2/w],[O,S]=g.centre,z={left:r,right:r+o,x:gt([O-$[0],O+$[0]],[r,r+o]),y:gt([S-$[1],S+$[1]],[i,a])},J=jt(g,g.excess(O+$[0],S+$[1]),{count:ai}),ge=T(this.rings,J.length,()=>y("path",{}));J.forEach((dt,tt)=>v(ge[tt],{d:Kt(z,Bt(g,dt)).d,style:`--depth: ${tt/J.length}`})),this.walkOn(z,d,l,h);let Be=(dt,tt,Ho)=>v(dt,{transform:`translate(${z.x.at(tt).toFixed(1)},${z.y.at(Ho).toFixed(1)})`});Be(this.bottom,O,S),Be(this.first,x[l],x[h])}walkOn(e,n,r,o){let a=ft(Math.max(1,Math.min(n.iterationsTo(1e-6)??1e3,n.lastFinite))).map(i=>{let c=n.innerAt(i);return`${e.x.at(c[r]).toFixed(1)},${e.y.at(c[o]).toFixed(1)}`});v(this.way,{d:`M${a.join("L")}`}),v(this.dots,{d:a.slice(0,40).map(i=>`M${i}h0`).join("")})}},dr={id:"scaling",title:"Before and after scaling",create:ci};var mr=96,hi=.01;function pi(t,e){let n=new D({title:"A slice of the cost through the current parameters",handles:!0}),r=y("path",{class:"curve"}),o=y("path",{class:"tangent"}),s=y("path",{class:"step"}),a=y("g",{class:"optimum"},L("diamond",5));n.plot.append(r,o,s),n.over.append(a);let i=lt({label:"The current parameter",shape:"here",pointer:h=>n.pointer(h),drag:([h])=>fr(t,e,n.x.back(Math.max(n.left,Math.min(n.right,h)))),nudge([h,p],u){let d=t.get(),[g,x]=n.axes.x;fr(t,e,d.theta[At(d)]+(h||p)*u*hi*(x-g))}});n.over.append(i);let c=q("Along",[],h=>t.update({slice:Number(h)})),l={};return{frame:n,legend:Z([{line:"tangent",shape:"",text:"tangent"},{line:"step",shape:"",text:"next step"},{mark:"diamond",shape:"optimum",text:"lowest"}]),options:m("div",{class:"options"},c.element),draw(h){let p=At(h),u=N(h.data.state);c.show(u.length>1&&u.map((w,$)=>[String($),w]),String(p));let d=Ft(h.plain,h.theta,p);(l.i!==p||!e.held()&&(l.data!==h.data||l.start!==h.start))&&(l=di(h,p));let g=Ot(l.x,h.theta[p]),x=Math.max(d.costAt(g[0]),d.costAt(g[1]),d.cost);n.lay({x:g,y:ui(d.least,x)},{x:u[p],y:"J, other parameters as they are"}),mi(n,h,d,p,{parabola:r,tangent:o,step:s,bottom:a});let b=`${u[p]} = ${f(h.theta[p])}, J = ${f(d.cost)}, slope ${f(d.slope)}`;ht(i,n.x.at(h.theta[p]),n.y.at(d.cost),h.theta[p],b)},caption(h){let p=h.problem.k>1?", every other parameter held where it is":"",u=h.scale?"The step is taken on standardised features.":"A step goes down the tangent, \u03B1 times the slope far.";return`J against ${Y(h.data.state,At(h))}${p}. ${u}`},numbers(h){let p=At(h),u=Ft(h.plain,h.theta,p),d=Y(h.data.state,p);return[[d,f(u.value)],["J",f(u.cost)],[`\u2202J/\u2202${d}`,f(u.slope)],["lowest at",f(u.bottom)]]},table(h){let p=At(h),u=Ft(h.plain,h.theta,p),[d,g]=n.axes?.x??[u.value-1,u.value+1],x=Array.from({length:11},(b,w)=>d+w/10*(g-d));return{columns:[Y(h.data.state,p),"J","slope"],rows:x.map(b=>[f(b),f(u.costAt(b)),f(u.slopeAt(b))])}}}}function ui(t,e){let n=e-t<.4*e?t-.06*(e-t):0;return e>n?[n,e+.04*(e-n)]:[n,n+1]}function At(t){return Math.min(t.slice,t.problem.k-1)}function fr(t,e,n){let r=t.get(),o=Float64Array.from(r.theta);o[At(r)]=rt(n),e.moveTo(o)}function di(t,e){let r=Ft(t.plain,t.theta,e).bottom??t.theta[e],s=1.3*(Math.max(Math.abs(t.start[e]-t.descent.limit[e]),Math.abs(r-t.theta[e]))||Math.abs(r)||1);return{data:t.data,i:e,start:t.start,x:[r-s,r+s]}}function mi(t,e,n,r,o){let{x:s,y:a}=t,[i,c]=t.axes.x,l=[];for(let g=0;g<=mr;g+=1){let x=i+g/mr*(c-i);l.push(`${s.at(x).toFixed(1)},${a.at(n.costAt(x)).toFixed(1)}`)}v(o.parabola,{d:`M${l.join("L")}`});let h=g=>a.at(n.cost+n.slope*(g-n.value));v(o.tangent,{d:`M${s.at(i)},${h(i).toFixed(1)}L${s.at(c)},${h(c).toFixed(1)}`});let p=e.next?.[r],u=Number.isFinite(p)?s.at(p).toFixed(1):null,d=u&&a.at(n.costAt(p)).toFixed(1);v(o.step,{d:u?`M${s.at(n.value).toFixed(1)},${a.at(n.cost).toFixed(1)}L${u},${h(p).toFixed(1)}V${d}`:""}),v(o.bottom,{transform:`translate(${s.at(n.bottom??0).toFixed(1)},${a.at(n.least).toFixed(1)})`,visibility:n.bottom!==null&&n.bottom>=i&&n.bottom<=c?"visible":"hidden"})}var gr={id:"slice",title:"Slice of the cost",create:pi};var br="1",yr=4096,fi=1e9,oe=201,se=(t,e)=>({write:P,read:n=>$r(yi(n),t,e)}),ae=t=>({write:P,read:e=>/^\d{1,10}$/.test(e)?$r(Number(e),0,t):void 0}),qt=(...t)=>({write:String,read:e=>t.includes(e)?e:void 0}),gi={write:t=>t?"1":"0",read:t=>t==="1"?!0:t==="0"?!1:void 0},xr={write:String,read:t=>/^[a-z][a-z0-9-]{0,39}$/.test(t)?t:void 0},Pe=(t,e,n)=>({write:r=>Array.from(r,t.write).join(","),read:r=>wi(r.split(",",n+1).map(t.read),e,n)}),wr=new Map([["rate",se(Number.MIN_VALUE,Number.MAX_VALUE)],["momentum",se(0,1-2**-53)],["k",ae(fi)],["scale",gi],["start",Pe(se(-Number.MAX_VALUE,Number.MAX_VALUE),1,oe)],["pair",Pe(ae(oe),2,2)],["others",qt("held","reoptimised")],["feature",ae(oe)],["slice",ae(oe)],["against",qt("targets","residuals")],["residuals",qt("sticks","squares","none")],["costs",qt("linear","log")],["span",qt("first","whole","log")],["camera",Pe(se(-360,360),2,2)],["view",xr],["task",xr]]);function vr(t){let e=[`v=${br}`],n=e[0].length;for(let[r,o]of wr){let s=xi(o,t[r]);s===null||n+r.length+s.length+2>yr||(e.push(`${r}=${s}`),n+=r.length+s.length+2)}return e.join("&")}function kr(t){if(typeof t!="string")return{error:"The address is not text."};if(t.length>yr+1)return{error:"The part of the address after # is too long to be one of ours."};let e=t.startsWith("#")?t.slice(1):t;if(e==="")return{ui:{},error:null};let[n,...r]=e.split("&");if(n!==`v=${br}`)return{error:"The part of the address after # is not of this version."};let o={};for(let s of r){let[a,i]=bi(s),c=wr.get(a);if(!c||Object.hasOwn(o,a))return{error:"The part of the address after # says something unknown."};let l=c.read(i);if(l===void 0)return{error:`The address says a ${a} that cannot be.`};o[a]=l}return{ui:o,error:null}}function xi(t,e){if(e==null)return null;try{let n=t.write(e);return t.read(n)===void 0?null:n}catch{return null}}function bi(t){let e=t.indexOf("=");return e<0?[t,""]:[t.slice(0,e),t.slice(e+1)]}function yi(t){return/^-?\d{1,25}(?:\.\d{1,25})?(?:e-?\d{1,3})?$/.test(t)?Number(t):void 0}function $r(t,e,n){return t!==void 0&&t>=e&&t<=n?t:void 0}function wi(t,e,n){return t.length>=e&&t.length<=n&&!t.includes(void 0)?t:void 0}var vi=300;function Mr(t,e,n){let r=0,o=e.location.hash;function s(){let{ui:h,error:p}=kr(e.location.hash),u=p??ki(h,t.get())??t.update($i(h));n(u?`${u} It is ignored.`:"")}function a(){let h=t.get();if(h.playing)return i();let p=h.data.own?"":`#${vr({...h,k:h.shown,camera:[h.camera.turn,h.camera.tilt]})}`;p!==o&&(o=p,e.history.replaceState(null,"",p||e.location.pathname+e.location.search))}function i(){e.clearTimeout(r),r=e.setTimeout(a,vi)}let c=()=>{e.location.hash!==o&&(o=e.location.hash,s())};o&&s(),e.addEventListener("hashchange",c);let l=t.subscribe(i);return()=>{e.clearTimeout(r),e.removeEventListener("hashchange",c),l()}}function ki(t,e){let{k:n}=e.problem;return t.start&&t.start.length!==n||t.pair&&(t.pair.some(o=>o>=n)||t.pair[0]===t.pair[1]&&n>1)||t.slice!==void 0&&t.slice>=n||t.feature!==void 0&&t.feature>=e.problem.p?"The address is of another table.":null}function $i({view:t,start:e,camera:n,...r}){return{...r,...e&&{start:Float64Array.from(e)},...n&&{camera:{turn:n[0],tilt:n[1]}},playing:!1}}var Mi=["fill","fill-opacity","stroke","stroke-width","stroke-dasharray","stroke-linecap","stroke-linejoin","stroke-opacity","opacity","font-family","font-size","font-style","font-weight","text-anchor","visibility","paint-order","vector-effect"];function qe(t){let e=t.cloneNode(!0);Ar(t,e);for(let o of e.querySelectorAll(".reach, .line-body"))o.remove();let n=t.viewBox.baseVal;e.setAttribute("xmlns","http://www.w3.org/2000/svg"),e.setAttribute("width",String(n.width)),e.setAttribute("height",String(n.height));let r=document.createElementNS("http://www.w3.org/2000/svg","rect");return r.setAttribute("width","100%"),r.setAttribute("height","100%"),r.setAttribute("fill",Ai(t)),e.prepend(r),new XMLSerializer().serializeToString(e)}function Ar(t,e){let n=getComputedStyle(t);for(let r of Mi){let o=n.getPropertyValue(r);o&&e.setAttribute(r,o)}for(let r of["class","style","tabindex","role","aria-valuenow","aria-valuetext"])e.removeAttribute(r);for(let r=0;r<t.children.length;r+=1)Ar(t.children[r],e.children[r])}function Ai(t){for(let e=t;e;e=e.parentElement){let{backgroundColor:n}=getComputedStyle(e);if(n&&!/^rgba\(.*, 0\)$|transparent/.test(n))return n}return"white"}async function Er(t){let e=t.viewBox.baseVal,n=new Image;n.src=`data:image/svg+xml;charset=utf-8,${encodeURIComponent(qe(t))}`,await n.decode();let r=document.createElement("canvas");return r.width=e.width*2,r.height=e.height*2,r.getContext("2d")?.drawImage(n,0,0,r.width,r.height),new Promise((o,s)=>{r.toBlob(a=>a?o(a):s(new Error("the browser made no PNG")),"image/png")})}function ie(t,e){let n=document.createElement("a");n.href=URL.createObjectURL(t),n.download=e,n.click(),setTimeout(()=>URL.revokeObjectURL(n.href),1e4)}function Fr(t,e,n,r){let o=t.create(e,n,r),s=U("card"),a=m("p",{class:"caption"}),i=m("dl",{class:"numbers"}),c=m("div",{class:"table",tabindex:0,role:"region","aria-label":`${t.title}: data`}),l=m("details",{class:"data-table"},m("summary",{},"Data table"),c),h=m("p",{class:"absent"}),p=o.frame?.element??o.element,u=m("div",{class:"body"},p,o.legend,i),d=m("div",{class:"foot"},o.table&&l,o.frame&&Ei(t,o.frame)),g=m("article",{class:"card","aria-labelledby":s,"data-view":t.id},m("header",{},m("h3",{id:s},t.title),a,h),o.options??m("div",{}),u,d),x=!1,b=!0,w=(S,z=!1)=>{if(b=!x&&!z,b)return;let J=o.missing?.(S)??"";k(h,J);for(let ge of[a,u,d])ge.hidden=J!=="";h.hidden=J==="",o.options&&(o.options.hidden=J!==""),!J&&(o.draw(S),k(a,o.caption(S)),Wt(i,o.numbers?.(S)??[]),l.open&&!S.playing&&Jt(c,o.table(S)))};l.addEventListener("toggle",()=>w(e.get()));let $=new ResizeObserver(([S])=>{S.contentRect.width&&o.frame.resize(S.contentRect.width)&&w(e.get(),!0)});o.frame?$.observe(p):w(e.get(),!0);let O=new IntersectionObserver(([S])=>{x=S.isIntersecting,x&&b&&w(e.get())},{rootMargin:"80px"});return O.observe(g),{element:g,draw:w,accept:o.accept,unmount(){$.disconnect(),O.disconnect(),o.unmount?.()}}}function Ei(t,e){let n=m("span",{class:"status",role:"status"}),r=async s=>{let a=s==="png"?await Er(e.svg):new Blob([qe(e.svg)],{type:"image/svg+xml"});ie(a,`slopewise-${t.id}.${s}`),k(n,`${s.toUpperCase()} saved`)},o=s=>{let a=C(s.toUpperCase(),()=>r(s),"small");return v(a,{"aria-label":`Save ${t.title} as ${s.toUpperCase()}`,"data-export":s}),a};return m("div",{class:"exports"},n,o("png"),o("svg"))}var Ie=4;function Tr(t,e,{theme:n,address:r}){let o=m("p",{class:"source"}),s=m("p",{class:"equation",role:"math"}),a=m("p",{class:"cost"}),i=m("p",{class:"rank"}),c=n&&C("",()=>{n.turn(),l()},"quiet theme"),l=()=>{let p={system:"Theme: system",dark:"Theme: dark",light:"Theme: light"}[n.now()];k(c,p),v(c,{"aria-label":`${p}; press for the next`})};return c&&l(),{element:m("header",{class:"head"},m("div",{class:"titles"},m(r?"h1":"h2",{},e.title),o),c,m("div",{class:"model"},s,a),i),place:"head",draw(p){let{state:u}=p.data;k(o,`${p.data.source} \xB7 ${nt(u.rows,"row")}${p.data.own?" \xB7 changed here":""}`);let d=Si(u,p.theta);T(s,d.length,g=>m(g%2?"span":"i")).forEach((g,x)=>k(g,d[x])),k(a,`J = ${f(p.cost)}`),k(i,Fi(p,e))}}}function Fi(t,e){let{rank:n,k:r}=t.problem;if(n===r)return"";let o=t.data.own?[]:e.solution.dropped_text??[],s=o.length?`: ${o.join("; ")}`:"";return`Rank ${n} of ${r}: infinitely many parameters fit equally well, and descent finds those nearest to its start${s}.`}function Si(t,e){let n=t.intercept?1:0,r=t.names.slice(0,Ie),o=[et(t.target)];if(!r.length)return[...o,` = ${f(t.intercept?e[0]:0,4)}`];r.forEach((a,i)=>{let c=e[n+i];o.push(`${i?"":" ="} ${i?Sr(c):f(c,4)} \xB7 `,et(a))});let s=t.names.length>Ie?` + \u2026 ${t.names.length-Ie} more`:"";return o.push(`${s}${t.intercept?` ${Sr(e[0])}`:""}`),o}function Sr(t){return`${t<0?"\u2212":"+"} ${f(Math.abs(t),4)}`}var Or=2,Lr=12;function Nr(t,e){let n=Ht("Standardise the features",u=>{let d=t.get().rate/t.get().descent.rates.limit;t.update({scale:u,k:0,playing:!1}),t.update({rate:Number((d*t.get().descent.rates.limit).toPrecision(3))})}),r=it("Momentum \u03B2",{take:u=>t.update({momentum:u}),nudge:(u,d)=>Number(Math.max(0,Math.min(.99,u+d*.01)).toFixed(2))}),o=m("div",{class:"starts",role:"group","aria-label":"Start"}),s=m("p",{class:"note"}),a=m("details",{class:"more"},m("summary",{},"Start")),i=C("Start at zero",()=>e.moveTo(new Float64Array(t.get().start.length))),c=m("section",{class:"run-options","aria-label":"Run"},n.element,r.element),l=[],h=null;function p(u){h=u.names;let d=N(u);l=d.slice(0,Lr).map((x,b)=>Ti(t,e,x,b)),k(s,d.length>Lr?`The start has ${d.length} numbers; move the others in the pictures.`:""),o.replaceChildren(m("span",{class:"soft"},d.length>Or?"":"Start"),...l.map(x=>x.element),i,s);let g=d.length<=Or;g?c.append(o):a.append(o),g?a.remove():c.append(a)}return{element:c,place:"below",draw(u){n.show(u.scale),r.show(u.momentum),h!==u.data.state.names&&p(u.data.state),l.forEach((d,g)=>d.show(u.start[g]))}}}function Ti(t,e,n,r){let o=s=>{let a=Float64Array.from(t.get().start);return a[r]=s,e.moveTo(a)};return it(n,{name:`${n} at the start`,take:o,nudge:(s,a)=>{let i=Math.abs(t.get().descent.limit[r]-s)||Math.abs(s)||1,c=10**Math.floor(Math.log10(i)-1);return Number((s+a*c).toPrecision(12))}})}var Oi=1e7,Rr=2e5,Cr=500,Li=new Set(["","na","n/a","nan","null","none","-","?"]),ze=/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;function Pr(t){try{return{...Ni(t),error:null}}catch(e){if(e instanceof E)return{error:e.message};throw e}}function qr(t,{target:e,features:n}){let r=[];for(let i of[...n,e]){let c=t.columns.find(l=>l.name===i);if(!c)return{error:`There is no column ${i}.`};if(c.kind==="text")return{error:`Column ${i} holds text, such as ${Ji(c)}; choose one of numbers.`};r.push(c)}if(!n.length)return{error:"Choose at least one feature."};if(n.includes(e))return{error:`${e} cannot be both the target and a feature.`};let o=[];for(let i=0;i<t.rows;i+=1)r.every(c=>!Number.isNaN(c.values[i]))&&o.push(i);if(!o.length)return{error:"No row has a number in each of these columns."};let[s,...a]=[r[n.length],...r.slice(0,-1)].map(i=>Float64Array.from(o,c=>i.values[c]));return{x:a,y:s,names:n,target:e,rows:o.map(i=>i+1),dropped:t.rows-o.length,droppedBy:r.filter(i=>i.missing).map(({name:i,missing:c})=>({name:i,missing:c})),error:null}}function Ni(t){if(typeof t!="string")throw new E("This is not text.");if(t.length>Oi)throw new E("This is more than 10 MB; give slopewise the file instead.");let e=t.startsWith("\uFEFF")?t.slice(1):t,n=Ri(e),r=Ci(e,n);if(!r.length)throw new E("There is no row here; paste a table with one row a line.");let o=r[0].cells.length;if(o>Cr)throw new E(`There are ${o} columns; at most ${Cr} can be shown.`);let s=r.find(({cells:h})=>h.length!==o);if(s)throw new E(`Line ${s.line} has ${s.cells.length} cells and the first has ${o}; give as many.`);let a=zi(r,n),i=r[0].cells.some(h=>!De(h)&&!ze.test(zr(h,a))),c=i?Di(r[0].cells):Hi(o),l=i?r.slice(1):r;if(!l.length)throw new E("There are names but no row below them.");return{columns:c.map((h,p)=>_i(h,l,p,a)),rows:l.length,delimiter:n}}function Ri(t){let e=new Map([[",",0],[";",0],["	",0]]),n=!1;for(let r of t)if(r==='"')n=!n;else if(!n&&(r===`
`||r==="\r")){if([...e.values()].some(o=>o))break}else!n&&e.has(r)&&e.set(r,e.get(r)+1);return e.get("	")?"	":e.get(";")?";":","}function Ci(t,e){let n=[],r={text:t,delimiter:e,place:0,line:1};for(;r.place<t.length;){let o=r.line,s=Pi(r);if((s.length>1||s[0]!=="")&&n.push({cells:s,line:o}),n.length>Rr)throw new E(`There are more than ${Rr} rows; give slopewise the file instead.`)}return n}function Pi(t){let{text:e,delimiter:n}=t,r=[];for(;r.push(e[t.place]==='"'?Ii(t,r.length+1):qi(t)),e[t.place]===n;)t.place+=1;return e[t.place]==="\r"&&e[t.place+1]===`
`&&(t.place+=1),t.place+=1,t.line+=1,r}function qi(t){let e=t.place;for(;t.place<t.text.length&&!Ir(t);)t.place+=1;return t.text.slice(e,t.place).trim()}function Ii(t,e){let{text:n}=t,r=t.line,o="";for(t.place+=1;;){let s=n.indexOf('"',t.place);if(s<0)throw new E(`The quote that begins in line ${r}, cell ${e}, is never closed.`);let a=n.slice(t.place,s);if(t.line+=a.split(`
`).length-1,o+=a,t.place=s+1,n[t.place]!=='"')break;o+='"',t.place+=1}if(t.place<n.length&&!Ir(t))throw new E(`In line ${t.line}, cell ${e}, something follows the closing quote; double quotes inside quotes.`);return o}function Ir({text:t,place:e,delimiter:n}){let r=t[e];return r===n||r===`
`||r==="\r"}function zi(t,e){if(e===",")return!1;let n=t.flatMap(r=>r.cells);return n.some(r=>/^[+-]?\d*,\d+$/.test(r))&&!n.some(r=>/^[+-]?\d*\.\d+$/.test(r))}function zr(t,e){return e?t.replace(",","."):t}function De(t){return Li.has(t.trim().toLowerCase())}function Di(t){let e=t.map((r,o)=>r.trim()||`column ${o+1}`),n=e.find((r,o)=>e.indexOf(r)<o);if(n!==void 0)throw new E(`Two columns are named ${n}; give each a name of its own.`);return e}function Hi(t){return t===1?["y"]:Array.from({length:t},(e,n)=>n===t-1?"y":t===2?"x":`x${n+1}`)}function _i(t,e,n,r){let o=e.map(c=>c.cells[n]),s=new Float64Array(o.length).fill(NaN),a=0,i=!1;return o.forEach((c,l)=>{let h=zr(c.trim(),r);De(c)?a+=1:ze.test(h)?s[l]=Wi(Number(h),c,e[l].line,n):i=!0}),{name:t,kind:i?"text":"number",values:i?null:s,cells:o,missing:a}}function Wi(t,e,n,r){if(!Number.isFinite(t))throw new E(`${e} in line ${n}, cell ${r+1}, is too large a number.`);return t}function Ji(t){return JSON.stringify(t.cells.find(e=>!De(e)&&!ze.test(e))??"").slice(0,40)}function Hr(t,e,n,r){if(!r)return Dr(t.map((s,a)=>Ui(s,e,a)),n);let o=t.map(s=>({hi:s.slice(),lo:new Float64Array(s.length)}));return[{hi:e.slice(),lo:new Float64Array(e.length)},...Dr(o,n-1)]}function Ui(t,e,n){let r=new Float64Array(t.length),o=new Float64Array(t.length);return t.forEach((s,a)=>{let i=_(A(s),K(e[n],e[a]));r[a]=i.hi,o[a]=i.lo}),{hi:r,lo:o}}function Dr(t,e){let n=t.map((o,s)=>o.hi[s]),r=[];for(;r.length<e;){let o=Bi(t,n);if(o<0)break;let s=ne(A(t[o].hi[o],t[o].lo[o])),a=Vi(ji(t,o),s);r.push(a),t.forEach(({hi:i,lo:c},l)=>X(i,c,A(a.hi[l],a.lo[l]),a.hi,a.lo,l)),Gi(t,o)}return r}function Bi(t,e){let n=-1,r=0;return t.forEach((o,s)=>{let a=e[s]>0?o.hi[s]/e[s]:0;a>r&&([n,r]=[s,a])}),n}function ji(t,e){let n=t[e].hi.slice(),r=t[e].lo.slice();for(let o=0;o<e;o+=1)[n[o],r[o]]=[t[o].hi[e],t[o].lo[e]];return{hi:n,lo:r}}function Vi(t,e){let n=new Float64Array(t.hi.length),r=new Float64Array(t.hi.length);for(let o=0;o<n.length;o+=1){let s=I(A(t.hi[o],t.lo[o]),e);n[o]=s.hi,r[o]=s.lo}return{hi:n,lo:r}}function Gi(t,e){t[e].hi.fill(0),t[e].lo.fill(0);for(let n of t)n.hi[e]=n.lo[e]=0}function _r(t){let e=t.names.length,n=new Float64Array(e);for(let o=0;o<e;o+=1){let s=Math.sqrt(Math.max(t.centred[o][o],0));n[o]=s<=Number.EPSILON*Math.abs(t.mean[o])?1:s}return{centre:t.intercept?t.mean.slice(0,e):new Float64Array(e),spread:n,intercept:t.intercept}}function Wr(t){let e=t.names.length;return{centre:new Float64Array(e),spread:new Float64Array(e).fill(1),intercept:t.intercept}}function He({centre:t,spread:e,intercept:n},r){let o=Float64Array.from(r),s=n?1:0;for(let a=0;a<e.length;a+=1)n&&(o[0]+=r[a+s]*t[a]),o[a+s]=r[a+s]*e[a];return o}function Jr({centre:t,spread:e,intercept:n},r){let o=Float64Array.from(r),s=n?1:0;for(let a=0;a<e.length;a+=1)o[a+s]=r[a+s]/e[a],n&&(o[0]-=o[a+s]*t[a]);return o}var Zi=2**-98;function Ur(t){let e=t.names.length,n=Yi(t),r=Float64Array.from(t.mean,(h,p)=>t.centred[p][p]+h*h);if(!r.every(Number.isFinite))throw new E("The squares of a column are too large; use a larger unit.");let o=r.map(h=>Zi*h),s=r.map((h,p)=>Math.max((4*t.rounding[p])**2*h,o[p])),a=Ki(n,s,e),i=n.slice(0,e).map((h,p)=>a[p]?A(h.hi[e],h.lo[e]):null),c=i.map(h=>h&&h.hi),l=i.flatMap((h,p)=>h?[]:[p]);return{parameters:t.intercept?[Qi(t.mean,i),...c]:c,cost:Xi(n,a,o,e),rank:e-l.length+(t.intercept?1:0),dropped:l,dropped_text:l.map(h=>tc(t,n,a,h))}}function Yi(t){return t.centred.map((e,n)=>{let r=e.slice(),o=t.centredLow[n].slice();return t.intercept||e.forEach((s,a)=>{let i=_(A(s,o[a]),K(t.mean[n],t.mean[a]));r[a]=i.hi,o[a]=i.lo}),{hi:r,lo:o}})}function Ki(t,e,n){let r=new Array(n).fill(!1);for(let o=0;o<n;o+=1){let s=t[o],a=A(s.hi[o],s.lo[o]);if(a.hi>e[o]+Br(t,r,e,o)){for(let i=o;i<=n;i+=1){let c=I(A(s.hi[i],s.lo[i]),a);s.hi[i]=c.hi,s.lo[i]=c.lo}t.forEach(({hi:i,lo:c},l)=>{l!==o&&(l>o||r[l])&&X(i,c,A(i[o],c[o]),s.hi,s.lo,o)}),r[o]=!0}}return r}function Br(t,e,n,r){let o=0;for(let s=0;s<Math.min(r,e.length);s+=1)e[s]&&(o+=t[s].hi[r]**2*n[s]);return o}function Xi(t,e,n,r){let o=t[r].hi[r];return o<=n[r]+Br(t,e,n,r)?0:o/2}function Qi(t,e){let n=A(t[e.length]);return e.forEach((r,o)=>{r&&(n=R(n,H(r,A(t[o]))))}),n.hi}function tc(t,e,n,r){let o=[],s=t.mean[r];for(let a=0;a<r;a+=1)n[a]&&(s-=e[a].hi[r]*t.mean[a],Math.abs(e[a].hi[r])>1e-12&&o.push(`${f(e[a].hi[r],4)}\xB7${t.names[a]}`));return t.intercept&&(Math.abs(s)>1e-9*Math.abs(t.mean[r])||!o.length)&&o.push(f(s,4)),`${t.names[r]} = ${o.length?o.join(" + ").replaceAll("+ \u2212","\u2212 "):"0"}`}var ec=1e270,nc=1e-230;function ce(t,{solution:e=null,scale:n=!1}={}){let r=t.names.length,o=r+(t.intercept?1:0),s=e??Ur(t),a=n?_r(t):Wr(t),{centred:i,level:c}=rc(t,a,o);if(!(s.rank>0))throw new E("Every feature is zero and there is no intercept: there is nothing to fit.");let l=Hr(i,c,s.rank,t.intercept),h=Qn(l,o),p=He(a,s.parameters.map(d=>d??0)),u=ac(l,p);return{p:r,k:o,intercept:t.intercept,scale:n,names:t.names,target:t.target,H:i.map((d,g)=>d.map((x,b)=>x+c[g]*c[b])),optimum:p,minimum:s.cost,rank:h.vectors.length,solution:s,scaling:a,root:l.map(d=>d.hi),modes:h,...sc(h),...u,cost:d=>s.cost+u.excess(d),nearest:d=>ic(h,p,d),toUser:d=>Jr(a,d),fromUser:d=>He(a,d)}}function rc(t,{centre:e,spread:n,intercept:r},o){let s=r?1:0,a=Array.from({length:o},()=>new Float64Array(o)),i=new Float64Array(o).fill(1);for(let c=s;c<o;c+=1){i[c]=(t.mean[c-s]-e[c-s])/n[c-s];for(let l=s;l<o;l+=1)a[c][l]=t.centred[c-s][l-s]/(n[c-s]*n[l-s])}return a.forEach((c,l)=>oc(c[l]+i[l]*i[l],t.names[l-s])),{centred:a,level:i}}function oc(t,e){if(t===0||t>nc&&t<ec)return;let[n,r]=t>1||!Number.isFinite(t)?["large","larger"]:["small","smaller"];throw new E(`The squares of column ${e} are too ${n} for floating-point numbers; use a ${r} unit.`)}function sc({curvatures:t,vectors:e,still:n}){let r=t[0],o=t[t.length-1],s=_(r,o);return{eigen:{values:Float64Array.from([...n.map(()=>0),...t.map(a=>a.hi)]),vectors:[...n,...e]},rates:{one:I(A(1),o).hi,best:I(A(2),s).hi,limit:I(A(2),o).hi},condition:I(o,r).hi}}function ac(t,e){let n=t.map(s=>s.hi),r=e.length;function o(s){return n.map(a=>{let i=0;for(let c=0;c<r;c+=1)i+=a[c]*(s[c]-e[c]);return i})}return{excess:s=>o(s).reduce((a,i)=>a+i*i,0)/2,gradient:s=>kt(new Float64Array(r),n,o(s))}}function ic({vectors:t,still:e},n,r){if(!e.length)return n.slice();let o=Float64Array.from(r,(i,c)=>i-n[c]),s=tr(t,o).map(i=>-i),a=kt(o,t,s);return n.map((i,c)=>i+a[c])}var cc=1e140,Vr=2**-53;function Gr(t,e,n=null,r={}){let{intercept:o=!0,target:s="y"}=r,a=r.names??t.map((u,d)=>t.length===1?"x":`x${d+1}`),i=[...t,e];lc(i,[...a,s],n);let c=n?_e(e.length,u=>A(n[u])):A(e.length);if(!(c.hi>0))throw new E("The rows have no weight; give at least one row a weight above zero.");let l=i.map(u=>I(_e(e.length,d=>K(u[d],n?n[d]:1)),c)),{high:h,low:p}=hc(i,l,n,c);return{names:a,target:s,intercept:o,rows:pc(e.length,n),weight:c.hi,weighted:n!==null,mean:Float64Array.from(l,u=>u.hi),centred:h,centredLow:p,rounding:Float64Array.from(i,u=>uc(u)?0:Vr)}}function Zr(t){let e=t.names.length+1;if(t.mean.length!==e||t.centred.length!==e||t.centred.some(n=>n.length!==e))throw new E(`The page's moments do not have the ${e} columns that it names; write the page anew.`);return{names:t.names,target:t.target,intercept:t.intercept,rows:t.rows,weight:t.weight,weighted:t.weighted,mean:Float64Array.from(t.mean),centred:t.centred.map(n=>Float64Array.from(n)),centredLow:t.centred.map(()=>new Float64Array(e)),rounding:new Float64Array(e).fill(Vr)}}function lc(t,e,n){let r=t[t.length-1].length;if(!r)throw new E("There are no rows; add at least one.");if(t.forEach((o,s)=>jr(o,e[s],r)),n&&jr(n,"weights",r),n&&Array.prototype.some.call(n,o=>o<0))throw new E("A weight is negative; weights are zero or more.")}function jr(t,e,n){if(t.length!==n)throw new E(`Column ${e} has ${t.length} rows and the target ${n}; give as many.`);for(let r=0;r<n;r+=1){if(!Number.isFinite(t[r]))throw new E(`Column ${e} has no number in row ${r+1}; give one.`);if(Math.abs(t[r])>cc)throw new E(`Column ${e} holds ${t[r]} in row ${r+1}, whose square is too large; use a larger unit.`)}}function hc(t,e,n,r){let o=t.length,s=t.map(()=>new Float64Array(o)),a=t.map(()=>new Float64Array(o)),i=t[0].length,c=t.map((l,h)=>Array.from({length:i},(p,u)=>R(A(l[u]),e[h])));for(let l=0;l<o;l+=1){let h=n?c[l].map((p,u)=>H(p,A(n[u]))):c[l];for(let p=l;p<o;p+=1){let u=I(_e(i,d=>H(h[d],c[p][d])),r);s[l][p]=s[p][l]=u.hi,a[l][p]=a[p][l]=u.lo}}return{high:s,low:a}}function _e(t,e){let n=A(0);for(let r=0;r<t;r+=1)n=_(n,e(r));return n}function pc(t,e){return e?Array.prototype.filter.call(e,n=>n>0).length:t}function uc(t){return Array.prototype.every.call(t,Number.isInteger)}var dc=1,W=1e9;function he(t){if(t?.schema!==dc)throw new E("These data are of another version of slopewise; write the page anew.");return{state:Zr(t),solution:t.solution,sample:t.sample,own:!1,source:t.source}}function Yr(t,e){let n=t.start??{},{names:r,intercept:o}=e.state,s=r.length+(o?1:0),a=new Float64Array(s);n.parameters?.length===s&&a.set(n.parameters);let i=o?1:0,c=n.scale===!0;return{...Kr,...mc(n),data:e,start:a,rate:n.learning_rate??gc(e,c),momentum:n.momentum??0,scale:c,k:Math.min(Math.max(Math.round(n.k??0),0),W),playing:!1,pair:fc(r.length,i,s),slice:i}}var Kr={others:"held",feature:0,against:"targets",residuals:"sticks",costs:"log",span:"whole",camera:{turn:-35,tilt:28},task:null};function mc(t){return Object.fromEntries(Object.entries(t).filter(([e])=>Object.hasOwn(Kr,e)))}function fc(t,e,n){return t===1?[n-1,0]:[e,Math.min(e+1,n-1)]}function gc(t,e){let{limit:n}=ce(t.state,{solution:t.solution,scale:e}).rates;return Number.isFinite(n)&&n>0?Number((n/4).toPrecision(1)):.01}function ut(t){let e=null,n;return(...r)=>((!e||r.some((o,s)=>o!==e[s]))&&(n=t(...r),e=r),n)}var le=class{constructor(e,n){Object.assign(this,e),this.derive=n}get plain(){return this.derive.plain(this.data)}get scaled(){return this.derive.scaled(this.data)}get problem(){return this.scale?this.scaled:this.plain}get descent(){return this.derive.descent(this.problem,this.start,this.rate,this.momentum)}get arrival(){return this.derive.arrival(this.descent)}get shown(){return Math.min(this.k,this.descent.lastFinite)}get stopped(){return this.descent.lastFinite<W&&this.k>=this.descent.lastFinite}get theta(){return this.derive.theta(this.descent,this.shown)}get next(){return this.shown<Math.min(this.descent.lastFinite,W)?this.derive.next(this.descent,this.shown+1):null}get cost(){return this.descent.costAt(this.shown)}get gap(){return this.descent.gapAt(this.shown)}get gradient(){return this.derive.gradient(this.plain,this.theta)}get steepness(){return Math.hypot(...this.gradient)}};function Xr(t){let e={plain:ut(o=>ce(o.state,{solution:o.solution,scale:!1})),scaled:ut(o=>ce(o.state,{solution:o.solution,scale:!0})),descent:ut((o,s,a,i)=>Mt(o,{start:s,rate:a,momentum:i})),arrival:ut(o=>o.iterationsTo(1e-6)),theta:ut((o,s)=>o.at(s)),next:ut((o,s)=>o.at(s)),gradient:ut((o,s)=>o.gradient(s))},n=new Set,r=new le(t,e);return r.descent,{get:()=>r,update(o){let s=new le({...xc(r),...o},e);try{s.descent}catch(a){return It(a)}return r=s,n.forEach(a=>a()),""},subscribe(o){return n.add(o),()=>n.delete(o)}}}function xc(t){let{derive:e,...n}=t;return n}function It(t){if(t instanceof E)return t.message;throw t}var bc=1200,yc=50,wc=1e7;function vc(t,e,n){let r=m("textarea",{rows:4,spellcheck:"false",placeholder:`size,price
1.0,300
2.0,500`,"aria-label":"A table as CSV text"}),o=m("input",{type:"file",accept:".csv,.tsv,.txt,text/csv",onchange:()=>o.files[0]&&p(o.files[0])}),s=m("label",{class:"field file"},m("span",{},"or a file"),o),a=m("p",{class:"message",role:"status"}),i=kc(d=>u(d)),c=$c(t,e,a),l=C("Back to the data of this page",()=>{k(a,""),e.take(he(n))});function h(d,g){let x=Pr(d),b=x.error?0:x.columns.filter(({kind:w})=>w==="number").length;k(a,x.error??(b<2?"A line needs two columns of numbers, and this table has fewer.":"")),i.offer(b<2?null:x,g)}async function p(d){if(d.size>wc)return k(a,"This file is larger than 10 MB; give slopewise the file instead.");h(await d.text(),d.name??"dropped text")}function u({table:d,target:g,features:x,source:b}){let w=qr(d,{target:g,features:x}),$=w.error??e.takeRows(w,{source:b}),O=w.dropped?` ${nt(w.dropped,"row")} without a number in some column ${w.dropped===1?"is":"are"} left out.`:"";k(a,$||`Shown: ${nt(w.y.length,"row")}.${O}`)}return{element:m("div",{class:"stack"},r,m("div",{class:"row"},C("Read the text",()=>h(r.value,"pasted table"),"strong"),s),i.element,a,c.element,l),accept:p,draw(d){c.draw(d),l.hidden=!d.data.own},caption:()=>"Paste a table, drop a CSV file anywhere here, or edit the rows. Nothing leaves this page."}}function kc(t){let e="",n=q("Target",[],h=>{for(let p of c())p.value===e&&(p.checked=!0);e=h}),r=m("fieldset",{class:"choices"}),o=m("div",{class:"chooser",hidden:!0},n.element,r,C("Show it",()=>t(l()),"strong")),s=null,a="",i=n.element.querySelector("select"),c=()=>r.querySelectorAll("input"),l=()=>({table:s,source:a,target:i.value,features:Array.from(c()).filter(h=>h.checked&&h.value!==i.value).map(h=>h.value)});return{element:o,offer(h,p){s=h,a=p;let u=h?h.columns.filter(({kind:g})=>g==="number").map(({name:g})=>g):[];if(o.hidden=!h,!h)return;e=u.at(-1)??"",n.show(u.map(g=>[g,g]),e);let d=u.map((g,x)=>{let b=Ht(g,()=>{}),w=b.element.querySelector("input");return w.value=g,w.checked=x<Math.min(u.length-1,yc),b.element});r.replaceChildren(m("legend",{},"Features"),...d),u.length===2&&t(l())}}}function $c(t,e,n){let r=m("tr",{}),o=m("tbody",{}),s=C("Add a row",()=>{let{sample:u}=t.get().data;e.addRow(u.x.map(d=>d.at?.(-1)??0),u.y[u.y.length-1]??0)}),a=m("details",{class:"editor"},m("summary",{},"Edit the table"),m("div",{class:"table"},m("table",{},m("thead",{},r),o)),s),i=(u,d,g)=>{let x=mt(g.value);k(n,x===null?`\u201C${g.value.slice(0,20)}\u201D is no number; the cell keeps what it had.`:e.setCell(u,d,x)),h(t.get(),!0)},c=u=>k(n,e.removeRow(u)),l=null;function h(u,d=!1){let{state:g,sample:x}=u.data;if(a.hidden=!(x?.complete&&x.y.length*(g.names.length+1)<=bc),a.hidden||!a.open||l===u.data&&!d)return;l=u.data;let b=[...g.names,g.target];r.replaceChildren(...b.map(w=>m("th",{scope:"col"},w)),m("td",{})),o.firstElementChild&&o.firstElementChild.childElementCount!==b.length+1&&o.replaceChildren(),T(o,x.y.length,w=>p(b,w)).forEach((w,$)=>{b.forEach((O,S)=>{let z=w.children[S].firstElementChild;z.value=P(S<g.names.length?x.x[S][$]:x.y[$]),z.setAttribute("aria-label",`${O}, row ${$+1}`)})})}function p(u,d){let g=u.map((x,b)=>{let w=m("input",{type:"text",inputmode:"decimal",size:8,onchange:()=>i(d,b,w)});return m("td",{},w)});return m("tr",{},...g,m("td",{},m("button",{type:"button",class:"small","aria-label":`Delete row ${d+1}`,onclick:()=>c(d)},"\xD7")))}return a.addEventListener("toggle",()=>h(t.get())),{element:a,draw:h}}var Qr={id:"table",title:"Your own data",create:vc};var Mc=8,Ac=.9,Ec=.1,to=.5,Fc=1e-13;function Sc(t,e){return Math.min(t+e*Math.max(Mc,Ac*t),W)}function no(t,e,n){let r=0,o=0;function s(){t.get().playing&&t.update({playing:!1})}function a(c){let l=t.get();if(!l.playing)return;let h=o?(c-o)/1e3:0;if(o&&n()&&h<to)return e(a);let p=Math.min(h,n()?to:Ec);o=c,Math.floor(r)!==l.k&&(r=l.k),r=Sc(r,p);let u=Math.floor(r),d=eo(l);(u!==l.k||d)&&t.update(d?{playing:!1}:{k:u}),d||e(a)}function i(){let c=t.get();if(c.playing)return s();let l=eo(c)?0:c.k;r=l,o=0,t.update({playing:!0,k:l}),e(a)}return{toggle:i,stop:s,frame:a}}function eo(t){return t.k>=W||t.stopped?!0:t.gap<=Fc*t.descent.gapAt(0)}var Q=(...t)=>t.join(" "),We=t=>new Float64Array(t.problem.k),at=(t,e)=>Number(t.toPrecision(e)),pe=(t,e,n)=>Mt(t,{start:We(e),rate:n}),Et=(t,e,n,r={})=>({start:We(t),rate:e,k:n,momentum:0,scale:!1,playing:!1,...r});function ro(t){let{best:e,limit:n}=t.plain.rates,r=at(n*.9998,4);return[at(n/58,1),e,r<n?r:n*.9998]}function so(t){let e=t.iterationsTo(1e-6);return e===null?"no number of steps":nt(e,"step")}var Tc={id:"threshold",title:"Where does descent stop diverging?",fits:()=>!0,question(t){let e=at(t.plain.rates.limit*1.37,1);return Q(`At \u03B1 = ${f(e)} the cost grows with every step. How small must \u03B1 be for descent to converge on these data?`,"Write down the largest rate that you would trust.")},reveal(t){let{limit:e}=t.plain.rates,n=at(e*1.37,1),r=pe(t.plain,t,n),o=Q(`Below 2/\u03BBmax = ${f(e,4)}. The strongest mode is multiplied by 1 \u2212 \u03B1\u03BBmax in every step, and that must`,`stay inside of \xB11. At \u03B1 = ${f(n)} a step multiplies the cost by ${G(r.factorPerStep)}:`,`ten steps make it ${f(r.costAt(10),3)}, as shown now.`);return{answer:e,text:o,shown:Et(t,n,10)}}},Oc={id:"patience",title:"Why are 1000 steps not the optimum?",fits:t=>t.plain.condition>2,question(t){return`From zero, at \u03B1 = ${f(at(t.plain.rates.limit*.6,1))}: how many steps until the cost above the optimum is a millionth of what it was?`},reveal(t){let e=at(t.plain.rates.limit*.6,1),n=pe(t.plain,t,e),r=n.slowestIterationsTo(1e-6),o=Q(`After ${so(n)}. A thousand give J = ${f(n.costAt(1e3),5)}, where the least is`,`${f(t.plain.minimum,4)}: \u03BA = ${f(t.plain.condition,3)}, so a rate that the steepest direction bears`,`is tiny for the flattest, whose error takes ${M(r)} steps to shrink to a millionth.`);return{answer:n.iterationsTo(1e-6)??1/0,text:o,shown:Et(t,e,1e3)}}},Lc={id:"faster",title:"Is a larger rate always faster?",fits:t=>t.plain.condition>2,question:()=>"Which of these rates brings the cost to a millionth above the optimum first?",choices:t=>ro(t).map(e=>`\u03B1 = ${f(e,4)}`),reveal(t){let e=ro(t),n=e.map(o=>{let s=pe(t.plain,t,o),a=M(s.slowestIterationsTo(1e-6));return`\u03B1 = ${f(o,4)} takes ${so(s)} (its slowest mode ${a})`});return{answer:1,text:Q(`The second, 2/(\u03BBmin + \u03BBmax): ${n.join("; ")}. Beyond the best rate the strongest mode swings from side to side,`,"the longer the nearer \u03B1 is to the limit."),shown:Et(t,e[1],0)}}},Nc={id:"height",title:"How high is the cost there?",fits:t=>t.problem.p===1&&t.problem.intercept&&t.plain.rank===2,question(t){let[e,n]=oo(t);return`What is J at w = ${f(e,4)} and b = ${f(n,4)}? Take half the mean of the squared residuals.`},reveal(t){let[e,n]=oo(t),r=Float64Array.of(n,e),o=B(t.plain,1,0),s=t.plain.gradient(r)[1],a=Q(`J = ${f(o.cost(e,n),6)}. Along w its slope there is ${f(s,4)}; at w = ${f(2*e,4)} it is`,`0, and at ${f(3*e,4)} it is ${f(-s,4)}: a parabola, the same on both sides.`);return{answer:o.cost(e,n),text:a,shown:Et(t,t.rate,0,{start:r,slice:1})}}};function oo(t){return[t.plain.optimum[1]/2,t.plain.optimum[0]].map(e=>at(e,12))}var Rc={id:"units",title:"What do the units of the features cost?",fits:t=>t.problem.k>1&&t.scaled.condition<t.plain.condition,question(t){return Q(`The condition number is ${f(t.plain.condition,3)}, so descent needs a number of steps of that order.`,"What is it once every feature is standardised?")},reveal(t){let{limit:e}=t.scaled.rates,n=at(e*.75,1),r=pe(t.scaled,t,n),o=Q(`${f(t.scaled.condition,3)}. The rate may then be up to ${f(e,3)}, and \u03B1 = ${f(n)} reaches`,`J = ${f(r.costAt(10),2)} in ten steps, as shown now. Nothing but the units of the features has changed.`);return{answer:t.scaled.condition,text:o,shown:Et(t,n,10,{scale:!0})}}},Cc={id:"many",title:"Which fit does descent find?",fits:t=>t.plain.rank<t.plain.k,question:t=>Q(`${nt(t.data.state.rows,"row")} and ${M(t.plain.k)} parameters, of which ${M(t.plain.rank)} can be`,"told apart. How many settings of the parameters fit best?"),choices:()=>["one","a few","infinitely many"],reveal(t){let e=t.plain.nearest(We(t)),r=N(t.data.state).slice(0,8).map((s,a)=>`${s} = ${f(e[a],4)}`);return{answer:2,text:Q("Infinitely many: along some directions the cost is flat, and descent never moves there.",`From zero it finds the one nearest to zero: ${r.join(", ")}.`),shown:Et(t,t.plain.rates.best,1e9)}}},ao=[Tc,Oc,Lc,Nc,Rc,Cc];var io=1.25;function Pc(t){let e=q("Task",[],d=>t.update({task:d})),n=m("p",{class:"question"}),r=m("input",{type:"text",inputmode:"decimal",autocomplete:"off",size:12}),o=m("label",{class:"field"},m("span",{},"My prediction"),r),s=m("fieldset",{class:"choices"}),a=m("p",{class:"fault",role:"alert"}),i=m("p",{class:"answer",role:"status"}),c=C("Reveal",()=>u(),"strong"),l=null,h=null;function p(){if(l.choices){let d=s.querySelector("input:checked");return d?Number(d.value):null}return mt(r.value)}function u(){let d=p();if(k(a,d===null?l.choices?"Choose one first.":"Write a number first: predicting is what makes it stay.":""),d===null)return;let{answer:g,text:x,shown:b}=l.reveal(t.get()),w=t.update(b);k(i,w||`${qc(l,d,g)} ${x}`)}return r.addEventListener("keydown",d=>d.key==="Enter"&&u()),{element:m("div",{class:"stack"},e.element,n,o,s,m("div",{class:"row"},c),a,i),draw(d){let g=ao.filter(w=>w.fits(d)),x=g.find(w=>w.id===d.task)??g[0];if(e.show(g.map(({id:w,title:$})=>[w,$]),x.id),h===d.data&&l===x)return;l=x,h=d.data,k(n,x.question(d)),k(i,""),k(a,""),r.value="",o.hidden=!!x.choices,s.hidden=!x.choices;let b=U("choice");s.replaceChildren(m("legend",{},"My prediction"),...(x.choices?.(d)??[]).map((w,$)=>m("label",{class:"field check"},m("input",{type:"radio",name:b,value:$}),m("span",{},w))))},caption:()=>"Say what will happen, then see whether it does."}}function qc(t,e,n){if(t.choices)return e===n?"Right.":"Not so.";let r=e/n,o=`You said ${f(e)}.`;return r>0&&r<io&&r>1/io?`${o} Well predicted.`:o}var co={id:"tasks",title:"Predict, then reveal",create:Pc};var de=3,ho=.6,lo=.01,Je=[{key:"one",text:"1/\u03BBmax",heavy:"1/\u03BBmax",mark:"circle",title:"the strongest mode is gone in one step"},{key:"best",text:"2/(\u03BBmin + \u03BBmax)",heavy:"2(1 + \u03B2)/(\u03BBmin + \u03BBmax)",mark:"diamond",title:"the fastest constant rate"},{key:"limit",text:"2/\u03BBmax",heavy:"2(1 + \u03B2)/\u03BBmax",mark:"square",title:"from here on descent diverges"}];function po(t){let e=()=>t.get().descent.rates.limit,n=h=>t.update({rate:h}),r=_t("Learning rate \u03B1",{take:h=>n(Number(h.toPrecision(4))),value:h=>e()*10**(h*(de+ho)-de),position:h=>ue(h,e()),nudge:(h,p)=>h*10**(lo*p),text:h=>f(h)}),o=it("\u03B1",{name:"Learning rate \u03B1",take:n,nudge:(h,p)=>Number((h*10**(lo*p)).toPrecision(4))}),s=Je.map(({mark:h})=>y("svg",{class:`tick ${h}`,viewBox:"-7 -7 14 14",width:14,height:14,"aria-hidden":"true"},L(h,4))),a=m("div",{class:"track","aria-hidden":"true"},...["glides","swings","grows"].map(h=>m("span",{class:h})),...s),i=Je.map(({key:h,text:p,heavy:u,mark:d,title:g})=>{let x=m("span",{}),b=m("b",{});return{element:m("button",{type:"button",class:"mark",title:g,onclick:()=>n(t.get().descent.rates[h])},y("svg",{class:`key ${d}`,viewBox:"-7 -7 14 14",width:12,height:12,"aria-hidden":"true"},L(d,4)),x,b),label:x,value:b,key:h,text:p,heavy:u}}),c=m("p",{class:"sentence","aria-live":"polite"});return{element:m("section",{class:"rating","aria-label":"Learning rate"},m("div",{class:"slide rate"},a,r.element),o.element,m("div",{class:"marks"},...i.map(h=>h.element)),c),place:"bar",draw(h){let{rates:p}=h.descent;v(a,{style:`--one: ${ue(p.one,p.limit)}; --limit: ${ue(p.limit,p.limit)}`}),Je.forEach(({key:u},d)=>v(s[d],{style:`--at: ${ue(p[u],p.limit)}`})),i.forEach(({element:u,label:d,value:g,key:x,text:b,heavy:w})=>{k(d,h.momentum?w:b),k(g,f(p[x],4)),v(u,{"aria-pressed":String(h.rate===p[x])})}),r.show(h.rate),o.show(h.rate),v(c,{class:`sentence ${h.descent.status.replace(" ","-")}`}),k(c,h.descent.sentence)}}}function ue(t,e){return(Math.log10(t/e)+de)/(de+ho)}var Ic=/^[A-Za-z_][A-Za-z0-9_.]*$/,zc=1e5,Dc=500;function fo(t){let e=t.k>zc,n=[`learning_rate=${P(t.rate)}`,`iterations=${e?0:t.k}`,...t.scale?["scale=True"]:[],...t.momentum?[`momentum=${P(t.momentum)}`]:[],...yo(t.start)?[`start=[${wo(t.start)}]`]:[],"tolerance=0"];return["import slopewise as sw","",...Hc(t),`run = sw.descend(state, ${n.join(", ")})`,e?`print(run.at(${t.k}), run.cost_at(${t.k}))`:"print(run.path[-1], run.costs[-1])",""].join(`
`)}function go(t){if(yo(t.start))return{text:null,note:"The command starts at zero; copy as Python to start elsewhere."};if(t.rows?.weights)return{text:null,note:"Rows with weights need a file; copy as Python."};let e=[`--learning-rate ${P(t.rate)}`,`--iterations ${t.k}`,...t.scale?["--scale"]:[],...t.momentum?[`--momentum ${P(t.momentum)}`]:[],"--tolerance 0"],n=!t.rows&&t.data,r=n?t.data:"data.csv";return{text:["slopewise descend",mo(Wc(r)),mo(bo(t)),...e].join(" "),note:n?null:"Save the table as data.csv first."}}function xo({names:t,target:e,rows:n}){let r=[...t,e].map(Jc).join(","),o=Array.from(n.y,(s,a)=>[...n.x.map(i=>i[a]),s].map(P).join(","));return`${[r,...o].join(`
`)}
`}function bo({formula:t,names:e,target:n,intercept:r}){return t??`${uo(n)} ~ ${[...e.map(uo),...r?[]:["0"]].join(" + ")}`}function Hc(t){let e=me(bo(t));if(!t.rows){let i=t.data?me(t.data):"data";return[...t.data?[]:["# data: the table that this page was made from"],`state = sw.collect(${e}, ${i})`]}let{x:n,y:r,weights:o}=t.rows;if((n.length+1)*r.length>Dc)return["# data.csv: the table of this page, saved",`state = sw.collect(${e}, "data.csv")`];let s=o?_c([...t.names,t.target]):null;return["data = {",...[...n.map((i,c)=>[t.names[c],i]),[t.target,r],...s?[[s,o]]:[]].map(([i,c])=>`    ${me(i)}: [${wo(c)}],`),"}",`state = sw.collect(${e}, data${s?`, weights=${me(s)}`:""})`]}function _c(t){let e="weight";for(;t.includes(e);)e+="_";return e}function yo(t){return t?Array.prototype.some.call(t,e=>e!==0):!1}function wo(t){return Array.from(t,P).join(", ")}function uo(t){return Ic.test(t)?t:`\`${t.replaceAll("`","``")}\``}function me(t){return JSON.stringify(t)}function mo(t){return/^[\w./-]+$/.test(t)?t:`'${t.replaceAll("'","'\\''")}'`}function Wc(t){return t.startsWith("-")?`./${t}`:t}function Jc(t){return/^[^",;\t\r\n]*$/.test(t)&&t===t.trim()&&t?t:`"${t.replaceAll('"','""')}"`}function Uc(t,e,n){let r=ko("Python"),o=ko("Command"),s=m("p",{class:"note"}),a=C("Save the table as CSV",()=>{ie(new Blob([xo(vo(t.get(),n))],{type:"text/csv"}),"data.csv")});return{element:m("div",{class:"stack pair"},r.element,m("div",{class:"stack"},o.element,s,a)),draw(i){let c=vo(i,n);r.show(fo(c));let{text:l,note:h}=go(c);o.show(l??""),o.element.hidden=l===null,k(s,h??""),a.hidden=!c.rows},caption:()=>"The same descent, reproduced outside of this page."}}function vo(t,e){let{state:n,sample:r,own:o}=t.data;return{formula:o?null:e.formula,data:o?null:e.data_argument,names:n.names,target:n.target,intercept:n.intercept,rows:o?r:null,rate:t.rate,k:t.shown,momentum:t.momentum,scale:t.scale,start:t.start}}function ko(t){let e=m("code",{}),n=m("span",{class:"status",role:"status"}),r=C(`Copy as ${t==="Python"?t:t.toLowerCase()}`,async()=>{k(n,await Bc(e)?"Copied":"Selected: press Ctrl+C")}),o=m("pre",{tabindex:0,role:"region","aria-label":t},e);return{element:m("div",{class:"snippet"},m("div",{class:"row"},r,n),o),show(s){e.textContent!==s&&k(n,""),k(e,s)}}}async function Bc(t){try{return await navigator.clipboard.writeText(t.textContent),!0}catch{let e=document.createRange();e.selectNodeContents(t);let n=getSelection();return n?.removeAllRanges(),n?.addRange(e),!1}}var $o={id:"reproduce",title:"Copy this run",create:Uc};var Mo={start:"M4,3V15H6V3ZM15,3V15L7,9Z",back:"M12,3V15L4,9ZM13,3H15V15H13Z",play:"M4,2V16L16,9Z",pause:"M4,3H8V15H4ZM10,3H14V15H10Z",forward:"M6,3V15L14,9ZM3,3H5V15H3Z"};function fe(t,e,n){let r=y("path",{d:Mo[t]});return{element:m("button",{type:"button",class:"icon","aria-label":e,title:e,onclick:n},y("svg",{viewBox:"0 0 18 18",width:18,height:18,"aria-hidden":"true"},r)),shape:r}}var jc="this rate diverges, and one more step overflows",Ao=Math.log1p(W),Eo=t=>Math.log1p(t)/Ao,Vc=t=>Math.round(Math.expm1(t*Ao));function Gc(t,e){let n=Math.max(1,Math.round(t/100));return Math.max(0,Math.min(W,t+e*n))}function Fo(t,e){let n=u=>t.update({k:Math.max(0,Math.min(W,Math.round(u))),playing:!1}),r=fe("start","Back to the start",()=>n(0)),o=fe("back","One step back",()=>n(t.get().shown-1)),s=fe("play","Play",()=>e.toggle()),a=fe("forward","One step forward",()=>n(t.get().shown+1)),i=_t("Iteration k",{take:n,value:Vc,position:Eo,nudge:Gc,text:u=>`iteration ${M(u)}`}),c=it("k",{name:"Iteration k",take:u=>Number.isInteger(u)&&u>=0&&u<=W?n(u):`Give a whole number from 0 to ${M(W)}.`,nudge:(u,d)=>Math.max(0,Math.min(W,Math.round(u)+d))}),l=m("div",{class:"scale","aria-hidden":"true"},...Zc()),h=m("p",{class:"stopped",role:"status"});return{element:m("section",{class:"stepping","aria-label":"Iteration"},m("div",{class:"buttons"},r.element,o.element,s.element,a.element),m("div",{class:"slide"},i.element,l),c.element,h),place:"bar",draw(u){v(s.shape,{d:Mo[u.playing?"pause":"play"]}),v(s.element,{"aria-label":u.playing?"Pause":"Play",title:u.playing?"Pause":"Play"}),v(o.element,{"aria-disabled":u.shown===0?"true":null}),i.show(u.shown),c.show(u.shown);let d=u.descent.lastFinite;k(h,u.stopped?`Stopped at iteration ${M(d)}, the last whose numbers fit into a float: ${jc}.`:""),h.hidden=!u.stopped}}}function Zc(){return[0,1,10,100,1e3,1e4,1e5,1e6,1e7,1e8,1e9].map(t=>{let e=t<1e3?String(t):`10${"\u2070\xB9\xB2\xB3\u2074\u2075\u2076\u2077\u2078\u2079"[Math.round(Math.log10(t))]}`,n=m("span",{class:t===1||t&&Math.log10(t)%3?"minor":""},e);return n.style.setProperty("--at",String(Eo(t))),n})}var So=`/* Cards and what stands in them besides pictures: captions, numbers, tables, tasks, code. */

/* The cards: those side by side share the heights of their rows, so that pictures line up */
.cards {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr));
  column-gap: 20px;
}
.card {
  display: grid;
  grid-row: span 4;
  grid-template-rows: subgrid;
  grid-template-columns: minmax(0, 1fr);
  row-gap: 8px;
  align-content: start;
  min-width: 0;
  margin-bottom: 20px;
  padding: 16px 18px 12px;
  border: 1px solid var(--rule);
  border-radius: 10px;
  background: var(--panel);
}
.card h3 {
  font-size: 16.5px;
  font-weight: 650;
  line-height: 1.3;
}
.caption {
  margin-top: 3px;
  color: var(--soft);
  font-size: 13.5px;
  line-height: 1.45;
}
.absent {
  color: var(--soft);
  margin-top: 6px;
}
.options {
  display: flex;
  flex-wrap: wrap;
  gap: 6px 12px;
}
.options .field,
.options select,
.options button {
  font-size: 13px;
}
.options select,
.options button {
  min-height: 28px;
  padding-block: 2px;
}
.body {
  min-width: 0;
}
.stack {
  display: grid;
  gap: 10px;
  align-content: start;
  grid-template-columns: minmax(0, 1fr);
  justify-items: start;
}
.card[data-view="reproduce"] {
  grid-column: 1 / -1;
}
.pair {
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr));
  column-gap: 24px;
  justify-items: stretch;
}
.snippet {
  min-width: 0;
}
.stack > * {
  max-width: 100%;
}
.stack > :is(.table, .snippet, textarea, details, dl, .chooser) {
  width: 100%;
}
.row {
  display: flex;
  flex-wrap: wrap;
  gap: 8px 14px;
  align-items: center;
}
.note,
.message {
  color: var(--soft);
  font-size: 13.5px;
}
.note:empty,
.message:empty,
.answer:empty,
.fault:empty {
  display: none;
}
p.fault {
  color: var(--vermillion);
  font-size: 14px;
}
button.strong {
  background: var(--ink);
  color: var(--panel);
  border-color: var(--ink);
  font-weight: 600;
}
.question {
  font-size: 15px;
}
.answer {
  padding: 10px 12px;
  border-left: 3px solid var(--green);
  background: var(--wash);
  border-radius: 0 6px 6px 0;
  font-size: 14.5px;
}
.choices {
  border: 0;
  margin: 0;
  padding: 0;
  display: flex;
  flex-wrap: wrap;
  gap: 4px 16px;
}
.choices legend {
  padding: 0;
  font-size: 14px;
  color: var(--soft);
  margin-bottom: 2px;
}
.chooser {
  display: grid;
  gap: 8px;
  justify-items: start;
}
textarea {
  width: 100%;
  resize: vertical;
  font:
    13px/1.45 ui-monospace,
    SFMono-Regular,
    Menlo,
    Consolas,
    "Liberation Mono",
    monospace;
}
.file input {
  font: inherit;
  font-size: 13px;
  max-width: 210px;
}
.editor input {
  width: 92px;
  font: inherit;
  font-size: 13px;
  min-height: 28px;
  padding: 2px 6px;
  text-align: right;
  color: var(--ink);
  background: var(--panel);
  border: 1px solid light-dark(#8b9199, #6d7580);
  border-radius: 4px;
}
.editor[open] > button {
  margin-top: 8px;
}
pre {
  margin: 6px 0 0;
  padding: 10px 12px;
  overflow: auto;
  max-height: 260px;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  background: var(--wash);
  border: 1px solid var(--rule);
  border-radius: 6px;
}
code,
.arithmetic {
  font:
    12.5px/1.5 ui-monospace,
    SFMono-Regular,
    Menlo,
    Consolas,
    "Liberation Mono",
    monospace;
}
.arithmetic {
  margin: 6px 0 0;
  padding: 2px;
  max-height: 300px;
  overflow: auto;
  list-style: none;
  overflow-wrap: anywhere;
}
.arithmetic li:nth-child(even) {
  margin-bottom: 8px;
}
.checked > p {
  margin: 8px 0 4px;
  font-size: 14px;
}
th[scope="row"] {
  text-align: left;
  position: static;
  background: none;
}
.numbers {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 24px;
  margin-top: 8px;
  padding-top: 8px;
  border-top: 1px solid var(--rule);
}
.numbers.all {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(104px, 1fr));
  margin: 0;
  padding: 0;
  border: 0;
}
.numbers dt {
  font-size: 12px;
  color: var(--soft);
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.numbers dd {
  font-size: 15px;
  font-variant-numeric: tabular-nums;
  white-space: nowrap;
}
.foot {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  align-items: flex-start;
  gap: 4px 12px;
  align-self: end;
}
.data-table {
  flex: 1 1 130px;
  min-width: 0;
  font-size: 13px;
}
summary {
  cursor: pointer;
  color: var(--soft);
  font-size: 13px;
  line-height: 26px;
  width: max-content;
  max-width: 100%;
  border-radius: 4px;
}
.data-table[open] {
  flex-basis: 100%;
  order: 2;
}
.table {
  max-height: 260px;
  overflow: auto;
  margin-top: 4px;
  border: 1px solid var(--rule);
  border-radius: 6px;
}
table {
  border-collapse: collapse;
  width: 100%;
  font-size: 13px;
  font-variant-numeric: tabular-nums;
}
th,
td {
  padding: 3px 10px;
  text-align: right;
  white-space: nowrap;
}
th {
  position: sticky;
  top: 0;
  background: var(--wash);
  font-weight: 600;
}
tbody th {
  text-align: left;
  white-space: normal;
  overflow-wrap: anywhere;
  min-width: 84px;
}
table:has(tbody th) thead th:first-child {
  text-align: left;
}
tbody tr:nth-child(even) {
  background: var(--wash);
}
.exports {
  display: flex;
  align-items: center;
  gap: 6px;
  margin-left: auto;
}
.status {
  font-size: 12.5px;
  color: var(--soft);
}

.legend {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 16px;
  margin-top: 4px;
  font-size: 12.5px;
  color: var(--soft);
}
.legend li {
  display: inline-flex;
  align-items: center;
  gap: 6px;
}
.legend .glides .mark {
  fill: var(--blue);
}
.legend .swings .mark {
  fill: var(--orange);
}
.legend .grows .mark {
  fill: var(--vermillion);
}
`;var To=`/* Controls: buttons, fields, sliders, and the bar that stays in sight. */

/* The bar of controls */
.controls {
  display: grid;
  gap: 10px;
  padding: 14px 16px;
  margin-bottom: 20px;
  border: 1px solid var(--rule);
  border-radius: 10px;
  background: var(--wash);
}
.controls:empty {
  display: none;
}
.stepping,
.rating {
  display: grid;
  grid-template-columns: 172px minmax(0, 1fr) 182px;
  align-items: start;
  gap: 6px 18px;
}
.rating {
  grid-template-areas: "name slide field" "none marks marks" "none words words";
}
.stepping .buttons {
  display: flex;
  gap: 4px;
}
.rating::before {
  content: "Learning rate \u03B1";
  grid-area: name;
  font-weight: 600;
  line-height: 34px;
}
.rating .slide {
  grid-area: slide;
}
.rating .field {
  grid-area: field;
}
.rating .marks {
  grid-area: marks;
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
}
.sentence {
  grid-area: words;
  font-size: 15px;
}
.sentence::before {
  content: "\u25CF";
  margin-right: 7px;
  color: var(--blue);
}
.sentence.zig-zags::before {
  content: "\u25C6";
  color: var(--orange);
}
.sentence.diverges::before {
  content: "\u25B2";
  color: var(--vermillion);
}
.sentence.stands-still::before {
  content: "\u25A0";
  color: var(--soft);
}
.stopped {
  grid-column: 2 / -1;
  color: var(--vermillion);
  font-weight: 600;
}

button {
  font: inherit;
  font-size: 14px;
  color: inherit;
  min-height: 32px;
  padding: 3px 11px;
  border: 1px solid var(--rule);
  border-radius: 7px;
  background: var(--panel);
  cursor: pointer;
}
button:hover {
  border-color: var(--soft);
}
button[aria-pressed="true"] {
  border-color: var(--blue);
  box-shadow: inset 0 0 0 1px var(--blue);
}
button[aria-disabled="true"] {
  opacity: 0.45;
  cursor: default;
}
button.icon {
  display: inline-grid;
  place-items: center;
  width: 40px;
  height: 34px;
  padding: 0;
}
button.icon path {
  fill: var(--ink);
}
button.small {
  font-size: 12.5px;
  min-height: 26px;
  padding: 1px 8px;
  color: var(--soft);
}
button.quiet {
  background: none;
  align-self: start;
  color: var(--soft);
  font-size: 13px;
}
button.mark {
  display: inline-flex;
  align-items: center;
  gap: 7px;
  font-size: 13.5px;
  min-height: 28px;
  padding: 1px 10px;
}
button.mark b {
  font-weight: 600;
  font-variant-numeric: tabular-nums;
}
:is(button, input, select, summary, a, textarea, .table):focus-visible {
  outline: 2.5px solid var(--focus);
  outline-offset: 2px;
}

.field {
  display: inline-flex;
  align-items: center;
  gap: 7px;
  font-size: 14px;
  position: relative;
}
.field > span:first-child {
  color: var(--soft);
  white-space: nowrap;
}
.field input[type="text"],
select,
textarea {
  font: inherit;
  font-size: 14px;
  color: var(--ink);
  background: var(--panel);
  border: 1px solid light-dark(#8b9199, #6d7580);
  border-radius: 6px;
  padding: 4px 8px;
  min-height: 32px;
  min-width: 0;
}
.field input[type="text"] {
  width: 112px;
  font-variant-numeric: tabular-nums;
}
.field input[aria-invalid] {
  border-color: var(--vermillion);
}
.field .fault:not(:empty) {
  position: absolute;
  z-index: 3;
  top: 100%;
  right: 0;
  width: max-content;
  max-width: 230px;
  margin-top: 4px;
  padding: 4px 9px;
  border: 1px solid var(--vermillion);
  border-radius: 6px;
  background: var(--panel);
  color: var(--ink);
  font-size: 13px;
}
.stepping > .field input[type="text"],
.rating > .field input[type="text"] {
  width: 150px;
}
.stepping > .field,
.rating > .field {
  justify-content: flex-end;
}
select {
  padding-right: 4px;
  max-width: 210px;
  text-overflow: ellipsis;
}
.check input {
  width: 18px;
  height: 18px;
  accent-color: var(--blue);
}

/* What else a run is made of */
.run-options,
.starts {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 22px;
  font-size: 14px;
}
.run-options {
  margin: -6px 0 20px;
  padding: 0 4px;
}
.run-options .field input[type="text"] {
  width: 84px;
}
.starts {
  gap: 8px 14px;
}
.soft {
  color: var(--soft);
}
.soft:empty {
  display: none;
}

/* Sliders */
.slide {
  position: relative;
  padding-top: 3px;
}
input[type="range"] {
  -webkit-appearance: none;
  appearance: none;
  display: block;
  width: 100%;
  height: 28px;
  margin: 0;
  background: none;
  cursor: pointer;
  touch-action: pan-y;
}
input[type="range"]::-webkit-slider-runnable-track {
  height: 4px;
  border-radius: 2px;
  background: light-dark(#b9beb9, #4a515c);
}
input[type="range"]::-moz-range-track {
  height: 4px;
  border-radius: 2px;
  background: light-dark(#b9beb9, #4a515c);
}
input[type="range"]::-webkit-slider-thumb {
  -webkit-appearance: none;
  width: 20px;
  height: 20px;
  margin-top: -8px;
  border: 2.5px solid var(--panel);
  border-radius: 50%;
  background: var(--ink);
  box-shadow: 0 0 0 1px var(--ink);
}
input[type="range"]::-moz-range-thumb {
  width: 16px;
  height: 16px;
  border: 2.5px solid var(--panel);
  border-radius: 50%;
  background: var(--ink);
  box-shadow: 0 0 0 1px var(--ink);
}
.scale {
  position: relative;
  height: 17px;
  margin: -3px 10px 0;
  font-size: 11.5px;
  color: var(--soft);
}
.scale span {
  position: absolute;
  left: calc(var(--at) * 100%);
  transform: translateX(-50%);
  white-space: nowrap;
}
.rate {
  --inset: 10px;
}
.rate input::-webkit-slider-runnable-track {
  background: none;
}
.rate input::-moz-range-track {
  background: none;
}
.track {
  position: absolute;
  top: 3px;
  left: 10px;
  right: 10px;
  height: 28px;
  pointer-events: none;
}
.track span {
  position: absolute;
  top: 11px;
  height: 6px;
}
.track .glides {
  left: 0;
  width: calc(var(--one) * 100%);
  background: var(--blue);
  border-radius: 3px 0 0 3px;
}
.track .swings {
  left: calc(var(--one) * 100%);
  width: calc((var(--limit) - var(--one)) * 100%);
  background: repeating-linear-gradient(90deg, var(--orange) 0 5px, var(--wash) 5px 7px);
}
.track .grows {
  left: calc(var(--limit) * 100%);
  right: 0;
  background: repeating-linear-gradient(135deg, var(--vermillion) 0 3px, var(--wash) 3px 6px);
  border-radius: 0 3px 3px 0;
}
.tick {
  position: absolute;
  left: calc(var(--at) * 100%);
  top: 19px;
  transform: translateX(-50%);
  overflow: visible;
}
.key .mark,
.tick .mark {
  fill: var(--ink);
}
`;var Oo=`/* The ground of an explorer, inside its shadow root: colours in both themes, text, and the head. Colours are Okabe and Ito's; nothing depends on colour alone. */

:host {
  display: block;
  container-type: inline-size;
  --paper: light-dark(#ffffff, #14181c);
  --panel: light-dark(#ffffff, #1b1f24);
  --wash: light-dark(#f5f6f4, #22272e);
  --ink: light-dark(#1d2126, #e7e9ec);
  --soft: light-dark(#565c64, #a9b0b9);
  --rule: light-dark(#dcdedb, #363c45);
  --grid: light-dark(#ecedea, #2a2f37);
  --blue: light-dark(#0072b2, #56b4e9);
  --vermillion: light-dark(#d55e00, #f0824a);
  --green: light-dark(#009e73, #2fc79b);
  --purple: light-dark(#a8558a, #d99bc1);
  --orange: light-dark(#b57b00, #e6a817);
  --focus: light-dark(#0a58ca, #8ab4ff);
  color: var(--ink);
  font:
    400 15px/1.5 -apple-system,
    "Segoe UI",
    Roboto,
    "Helvetica Neue",
    Arial,
    sans-serif;
  -webkit-text-size-adjust: 100%;
}

*,
*::before,
*::after {
  box-sizing: border-box;
}
[hidden] {
  display: none !important;
}
h1,
h2,
h3,
h4,
p,
dl,
dd,
ul,
figure {
  margin: 0;
  padding: 0;
}
ul {
  list-style: none;
}
.explorer {
  background: var(--paper);
}
:host([data-hash]) .explorer {
  max-width: 1500px;
  margin: 0 auto;
  padding: 26px clamp(12px, 3vw, 44px) 40px;
}

/* The head */
.head {
  display: grid;
  grid-template-columns: 1fr auto;
  gap: 4px 16px;
  padding: 4px 0 16px;
}
.head :is(h1, h2) {
  font-size: 22px;
  line-height: 1.25;
  font-weight: 650;
  letter-spacing: -0.01em;
  overflow-wrap: anywhere;
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
  overflow: hidden;
}
.rank {
  grid-column: 1 / -1;
  font-size: 14px;
  max-width: 130ch;
}
.rank:empty {
  display: none;
}
.source {
  color: var(--soft);
  font-size: 14px;
  overflow-wrap: anywhere;
}
.model {
  grid-column: 1 / -1;
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 2px 28px;
  margin-top: 6px;
}
.equation,
.cost {
  font:
    400 20px/1.4 "STIX Two Text",
    Cambria,
    Georgia,
    "Liberation Serif",
    "Times New Roman",
    serif;
  font-variant-numeric: lining-nums tabular-nums;
  overflow-wrap: anywhere;
}
.cost {
  color: var(--soft);
}
i,
var {
  font-family: "STIX Two Text", Cambria, Georgia, "Liberation Serif", "Times New Roman", serif;
  font-style: italic;
}
`;var Lo=`/* Pictures: the shapes in them, told apart by colour and by mark or dashes. */

.frame {
  min-width: 0;
}
.picture {
  display: block;
  width: 100%;
  overflow: visible;
  background: var(--panel);
  font:
    12px -apple-system,
    "Segoe UI",
    Roboto,
    "Helvetica Neue",
    Arial,
    sans-serif;
  font-variant-numeric: tabular-nums;
  user-select: none;
  -webkit-user-select: none;
}
.picture text {
  fill: var(--ink);
}
.picture .ticks text {
  fill: var(--soft);
  font-size: 11.5px;
}
.picture .label {
  font-size: 12px;
  fill: var(--soft);
}
.grid path {
  stroke: var(--grid);
  stroke-width: 1;
  fill: none;
}
.axis {
  stroke: var(--soft);
  stroke-width: 1;
  fill: none;
}
.line {
  stroke: var(--vermillion);
  stroke-width: 2.5;
  fill: none;
  stroke-linecap: round;
}
.line.best {
  stroke: var(--soft);
  stroke-width: 1.5;
  stroke-dasharray: 6 4;
}
.line.limit {
  stroke: var(--vermillion);
  stroke-width: 1.5;
  stroke-dasharray: 6 4;
}
.line-body {
  stroke: transparent;
  stroke-width: 22;
  fill: none;
  cursor: ns-resize;
  touch-action: none;
  pointer-events: stroke;
}
.residuals {
  stroke: var(--purple);
  stroke-width: 1.5;
  fill: none;
}
.residuals.many {
  stroke-width: 1;
  stroke-opacity: 0.45;
}
.residuals.squares {
  fill: var(--purple);
  fill-opacity: 0.14;
}
.dots {
  stroke: var(--blue);
  stroke-width: 7;
  stroke-linecap: round;
  stroke-opacity: 0.75;
  fill: none;
}
.dots.many {
  stroke-width: 4;
  stroke-opacity: 0.35;
}
.spread {
  stroke: var(--blue);
  stroke-width: 2;
  fill: var(--blue);
  fill-opacity: 0.1;
}
.handle {
  cursor: grab;
  touch-action: none;
  outline: none;
}
.handle:active {
  cursor: grabbing;
}
.handle .reach {
  fill: transparent;
  stroke: none;
}
.handle .mark {
  stroke: var(--panel);
  stroke-width: 1.5;
}
.handle:focus-visible .reach {
  stroke: var(--focus);
  stroke-width: 2.5;
}
.handle:hover .mark {
  stroke: var(--ink);
}
.row .mark {
  fill: var(--blue);
}
.line-end .mark {
  fill: var(--vermillion);
}
.here .mark,
.now .mark {
  fill: var(--vermillion);
  stroke: var(--panel);
  stroke-width: 1.5;
}
.optimum .mark {
  fill: var(--green);
  stroke: var(--panel);
  stroke-width: 1.5;
}
.curve {
  stroke: var(--blue);
  stroke-width: 2.5;
  fill: none;
  stroke-linejoin: round;
}
.curve.ahead {
  stroke-width: 1.5;
  stroke-dasharray: 2 4;
  stroke-linecap: round;
}
.scene {
  cursor: grab;
  touch-action: pan-y;
}
.cells polygon {
  fill: color-mix(in oklab, light-dark(#123a5c, #9cc8ee) calc(var(--depth) * 100%), light-dark(#d8e6f2, #1d3347));
  fill-opacity: 0.82;
  stroke: var(--panel);
  stroke-width: 0.4;
}
.grid-line {
  fill: none;
  stroke: var(--rule);
}
.panel {
  fill: none;
  stroke: var(--rule);
}
.panel-title {
  font-size: 13px;
  font-weight: 600;
}
.angle input {
  width: 84px;
}
.rings path {
  fill: none;
  stroke: color-mix(in oklab, light-dark(#123a5c, #d5e6f5), light-dark(#a9c6de, #2d4a63) calc(var(--depth) * 100%));
  stroke-width: 1.25;
}
.levels text {
  font-size: 10.5px;
  fill: var(--soft);
  stroke: var(--panel);
  stroke-width: 3.5;
  paint-order: stroke;
  stroke-linejoin: round;
}
.way {
  stroke: var(--vermillion);
  stroke-width: 2;
  fill: none;
  stroke-linejoin: round;
}
.way.thin {
  stroke-width: 1;
}
.way-dots {
  stroke: var(--vermillion);
  stroke-width: 5;
  stroke-linecap: round;
  fill: none;
}
.cross {
  stroke: var(--ink);
  stroke-width: 1.5;
  fill: none;
}
.first .mark {
  fill: var(--panel);
  stroke: var(--ink);
  stroke-width: 1.5;
}
.tangent {
  stroke: var(--vermillion);
  stroke-width: 1.5;
  fill: none;
}
.step {
  stroke: var(--green);
  stroke-width: 2;
  stroke-dasharray: 5 3;
  fill: none;
}
.adding {
  cursor: crosshair;
}
.zone {
  fill: var(--blue);
  fill-opacity: 0.07;
}
rect.bar {
  fill: var(--blue);
}
rect.bar.swings {
  fill: var(--orange);
}
rect.bar.grows {
  fill: var(--vermillion);
}
.left .mark {
  fill: var(--ink);
  stroke: var(--panel);
}
`;var No=`/* Narrow and wide places, print, and forced colours. */

@media (min-height: 640px) {
  @container (min-width: 900px) {
    .controls {
      position: sticky;
      top: 0;
      z-index: 5;
    }
    .cards :is(button, input, select, summary, textarea, pre, .table, .handle) {
      scroll-margin-top: 190px;
    }
  }
}

@container (min-width: 720px) and (max-width: 1079px) {
  .card:last-child:nth-child(odd) {
    grid-column: 1 / -1;
  }
}

@media print {
  .controls {
    position: static !important;
  }
  .card {
    break-inside: avoid;
  }
}

@media (forced-colors: active) {
  :host {
    --paper: Canvas;
    --panel: Canvas;
    --wash: Canvas;
    --ink: CanvasText;
    --soft: CanvasText;
    --rule: CanvasText;
    --grid: color-mix(in srgb, GrayText 35%, Canvas);
    --blue: LinkText;
    --vermillion: CanvasText;
    --green: Highlight;
    --purple: GrayText;
    --orange: CanvasText;
    --focus: Highlight;
  }
  .track span,
  .picture,
  .key,
  .tick {
    forced-color-adjust: none;
  }
  input[type="range"] {
    forced-color-adjust: none;
    accent-color: Highlight;
  }
}

@container (max-width: 760px) {
  .stepping,
  .rating {
    grid-template-columns: minmax(0, 1fr) auto;
  }
  .stepping .slide {
    grid-column: 1 / -1;
    grid-row: 2;
  }
  .stepping .stopped {
    grid-column: 1 / -1;
  }
  .rating {
    grid-template-areas: "name field" "slide slide" "marks marks" "words words";
  }
  .head :is(h1, h2) {
    font-size: 20px;
  }
  .equation,
  .cost {
    font-size: 18px;
  }
}

@container (max-width: 480px) {
  .controls {
    padding: 12px;
  }
  .card {
    padding: 14px 12px 10px;
  }
  .scale .minor {
    display: none;
  }
}
`;var Ro=[Oo,To,So,Lo,No].join(`
`);var el=200;function Po(t){let e=!1;function n(i){return t.update({start:Float64Array.from(i),k:0,playing:!1})}function r({x:i,y:c,weights:l=null,names:h,target:p,rows:u=null},d={}){let{state:g,source:x}=t.get().data;try{let $={state:Gr(i,c,l,{intercept:g.intercept,names:h,target:p}),solution:null,sample:{x:i,y:c,weights:l,rows:u,complete:!0},own:!0,source:d.source??x};return o($,d)}catch(b){return It(b)}}function o(i,c={}){return t.update({data:i,...rl(t.get(),i),...c.chosen})}let s=()=>{let{state:i,sample:c}=t.get().data;return{x:c.x.map(l=>Array.from(l)),y:Array.from(c.y),weights:c.weights,names:i.names,target:i.target}},a=i=>{let c=s();return i(c),r(c)};return{moveTo:n,take:o,takeRows:r,moveRow:(i,c,l)=>a(h=>{c.forEach((p,u)=>h.x[u][i]=p),h.y[i]=l}),setCell:(i,c,l)=>a(h=>{(h.x[c]??h.y)[i]=l}),addRow:(i,c)=>a(l=>{i.forEach((h,p)=>l.x[p].push(h)),l.y.push(c),l.weights=l.weights&&[...l.weights,1]}),removeRow:i=>a(c=>{[...c.x,c.y].forEach(l=>l.splice(i,1)),c.weights=c.weights&&c.weights.filter((l,h)=>h!==i)}),editable:i=>i.data.sample?.complete===!0&&i.data.state.names.length===1&&i.data.sample.y.length<=el,held:()=>e,hold:i=>e=i,statistics:i=>nl(i)}}var Co=new WeakMap;function nl(t){let e=Co.get(t);return e||Co.set(t,e=Ln(t.data.state,t.plain,t.theta)),e}function rl(t,e){let n=e.state.names.length+(e.state.intercept?1:0);if(n===t.start.length)return{};let r=e.state.intercept?1:0,o=e.state.names.length===1;return{start:new Float64Array(n),k:0,playing:!1,pair:o?[n-1,0]:[r,Math.min(r+1,n-1)],feature:0,slice:r}}var ol=[Dn,Fn,On,gr,yn,Hn,Un,dr,Wn,sn,co,Qr,$o],sl=["header","step","rate","options"];function qo(t,e,n={}){let r=t.shadowRoot??t.attachShadow({mode:"open"}),o=m("div",{class:"explorer"});r.replaceChildren(m("style",{},Ro),o);let s=()=>{r.replaceChildren(),delete t.dataset.mounted};t.dataset.mounted="";try{let{store:a,close:i}=al(o,e,n);return{state:a.get,update:a.update,unmount(){i(),s()}}}catch(a){return o.replaceChildren(m("p",{class:"fault",role:"alert"},It(a))),{state:()=>null,update:()=>"",unmount:s}}}function al(t,e,n){let r=Xr(Yr(e,he(e))),o=Po(r),a=no(r,requestAnimationFrame,()=>matchMedia("(prefers-reduced-motion: reduce)").matches),i=il(r,o,a,e,n),c=ol.filter(({id:d})=>!n.views||n.views.includes(d)).map(d=>Fr(d,r,o,e)),l=m("p",{class:"note",role:"status"}),h=i.filter(d=>d.place==="bar");t.append(l,...i.filter(d=>d.place==="head").map(d=>d.element),m("div",{class:"controls"},...h.map(d=>d.element)),...i.filter(d=>d.place==="below").map(d=>d.element),m("div",{class:"cards"},...c.map(d=>d.element)));let p=cl(r,[...i,...c],n.changed),u=n.address&&Mr(r,n.address,d=>l.textContent=d);return ll(t,r,o),hl(t,c),{store:r,close(){a.stop(),p(),u?.(),c.forEach(d=>d.unmount())}}}function il(t,e,n,r,o){let s=o.controls??sl;return[s.includes("header")&&Tr(t,r,o),s.includes("step")&&Fo(t,n),s.includes("rate")&&po(t),s.includes("options")&&Nr(t,e)].filter(Boolean)}function cl(t,e,n){let r=0,o=()=>{r=0;let a=t.get();for(let i of e)i.draw(a)},s=t.subscribe(()=>{r||(r=requestAnimationFrame(o)),n?.()});return o(),()=>{s(),cancelAnimationFrame(r)}}function ll(t,e,n){t.addEventListener("pointerdown",r=>n.hold(r.target.closest(".handle, .line-body")!==null),!0);for(let r of["pointerup","pointercancel"])t.addEventListener(r,()=>{n.held()&&(n.hold(!1),e.update({}))},!0)}function hl(t,e){let n=e.find(r=>r.accept);n&&(t.addEventListener("dragover",r=>r.preventDefault()),t.addEventListener("drop",r=>{let[o]=r.dataTransfer?.files??[];o&&(r.preventDefault(),n.accept(o))}))}var pl={system:"dark",dark:"light",light:"system"};function Io(t){let e=()=>t.dataset.theme??"system";return{now:e,turn(){let n=pl[e()];n==="system"?delete t.dataset.theme:t.dataset.theme=n,t.style.colorScheme=n==="system"?"light dark":n}}}function zo(t){return t===null?void 0:t.split(/\s+/).filter(Boolean)}function ul(t){let e=t.querySelector('script[type="application/json"]'),n=JSON.parse(e?.textContent??"null");t.slopewise=qo(t,n,{views:zo(t.getAttribute("data-views")),controls:zo(t.getAttribute("data-controls")),address:t.hasAttribute("data-hash")?window:void 0,theme:Io(document.documentElement)})}var Do=Array.from(document.querySelectorAll("[data-slopewise]"));function Ue(){let t=Do.shift();t&&(ul(t),setTimeout(Ue))}Do.length===1?Ue():setTimeout(Ue);})();
